namespace Resilience.Http;

/// <summary>
/// Parses structured fields (RFC 9651 §4.2). A malformed field is null as a whole. Nothing throws.
/// </summary>
internal static class StructuredField
{
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
            if (StructuredMembers.ReadMember(ref rest) is not { } member || !TryReadComma(ref rest))
                return null;

            members.Add(member);
        }

        return members;
    }

    public static OrderedDictionary<string, StructuredItem>? ParseDictionary(ReadOnlySpan<char> field)
    {
        OrderedDictionary<string, StructuredItem> members = [];
        var rest = field.Trim(' ');
        while (!rest.IsEmpty)
        {
            if (StructuredMembers.ReadKey(ref rest) is not { } key || ReadNamed(ref rest) is not { } member || !TryReadComma(ref rest))
                return null;

            members.Remove(key);
            members.Add(key, member);
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
