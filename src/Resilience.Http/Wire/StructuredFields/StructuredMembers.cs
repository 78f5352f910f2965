using System.Buffers;

namespace Resilience.Http;

/// <summary>Items, inner lists, parameters and keys (RFC 9651 §4.2.1, §4.2.3). Each reads from the start of the text and leaves the rest.</summary>
internal static class StructuredMembers
{
    // What the RFC asks a parser to support.
    private const int MaxParameters = 256;
    private const int MaxInnerItems = 256;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.*");

    public static StructuredItem? ReadMember(ref ReadOnlySpan<char> rest)
        => StructuredText.TrySkip(ref rest, '(') ? ReadInnerList(ref rest) : ReadItem(ref rest);

    public static StructuredItem? ReadItem(ref ReadOnlySpan<char> rest)
        => StructuredValues.Read(ref rest) is { } value && ReadParameters(ref rest) is { } parameters ? new(value, parameters) : null;

    public static Dictionary<string, object>? ReadParameters(ref ReadOnlySpan<char> rest)
    {
        Dictionary<string, object> parameters = [];
        while (StructuredText.TrySkip(ref rest, ';'))
        {
            rest = rest.TrimStart(' ');
            if (parameters.Count == MaxParameters || ReadKey(ref rest) is not { } key)
                return null;

            object? value = true;
            if (StructuredText.TrySkip(ref rest, '=') && (value = StructuredValues.Read(ref rest)) is null)
                return null;

            parameters[key] = value;
        }

        return parameters;
    }

    public static string? ReadKey(ref ReadOnlySpan<char> rest)
        => rest is [(>= 'a' and <= 'z') or '*', ..] ? StructuredText.TakeWhile(ref rest, KeyCharacters).ToString() : null;

    private static StructuredItem? ReadInnerList(ref ReadOnlySpan<char> rest)
    {
        List<StructuredItem> items = [];
        rest = rest.TrimStart(' ');
        while (!StructuredText.TrySkip(ref rest, ')'))
        {
            if (items.Count == MaxInnerItems || ReadItem(ref rest) is not { } item || rest is not [' ' or ')', ..])
                return null;

            items.Add(item);
            rest = rest.TrimStart(' ');
        }

        return ReadParameters(ref rest) is { } parameters ? new(items.ToArray(), parameters) : null;
    }
}
