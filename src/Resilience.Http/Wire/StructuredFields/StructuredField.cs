namespace Resilience.Http;

/// <summary>
/// Parses structured fields (RFC 9651 §4.2). A malformed field is null as a whole, and so is one with more members than the RFC asks a parser
/// to support. Nothing throws.
/// </summary>
internal static class StructuredField
{
    // RFC 9651 §3.1 and §3.2.
    private const int MaxMembers = 1024;

    public static StructuredItem? ParseItem(ReadOnlySpan<char> field)
    {
        var rest = field.Trim(' ');
        return StructuredMembers.ReadItem(ref rest) is { } item && rest.IsEmpty ? item : null;
    }

    public static List<StructuredItem>? ParseList(ReadOnlySpan<char> field)
    {
        List<StructuredItem> members = [];
        var rest = field.Trim(' ');
        while (!rest.IsEmpty)
        {
            if (members.Count == MaxMembers || StructuredMembers.ReadMember(ref rest) is not { } member || !TryReadComma(ref rest))
                return null;

            members.Add(member);
        }

        return members;
    }

    public static Dictionary<string, StructuredItem>? ParseDictionary(ReadOnlySpan<char> field)
    {
        Dictionary<string, StructuredItem> members = [];
        var rest = field.Trim(' ');
        while (!rest.IsEmpty)
        {
            if (members.Count == MaxMembers || StructuredMembers.ReadKey(ref rest) is not { } key || ReadNamed(ref rest) is not { } member || !TryReadComma(ref rest))
                return null;

            members[key] = member;
        }

        return members;
    }

    private static StructuredItem? ReadNamed(ref ReadOnlySpan<char> rest)
    {
        if (StructuredText.TrySkip(ref rest, '='))
            return StructuredMembers.ReadMember(ref rest);

        return StructuredMembers.ReadParameters(ref rest) is { } parameters ? new(true, parameters) : null;
    }

    /// <summary>Reads a comma, or the end. The end after a comma is malformed.</summary>
    private static bool TryReadComma(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(" \t");
        if (rest.IsEmpty)
            return true;
        if (!StructuredText.TrySkip(ref rest, ','))
            return false;

        rest = rest.TrimStart(" \t");
        return !rest.IsEmpty;
    }
}
