using System.Buffers;

namespace Resilience.Http;

/// <summary>The two steps in which all structured fields are read.</summary>
internal static class StructuredText
{
    public static bool TrySkip(ref ReadOnlySpan<char> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
            return false;

        rest = rest[1..];
        return true;
    }

    public static ReadOnlySpan<char> TakeWhile(ref ReadOnlySpan<char> rest, SearchValues<char> accepted)
    {
        var end = rest.IndexOfAnyExcept(accepted);
        var taken = end < 0 ? rest : rest[..end];
        rest = rest[taken.Length..];
        return taken;
    }
}
