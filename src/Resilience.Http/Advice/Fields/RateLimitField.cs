namespace Resilience.Http;

/// <summary>
/// The <c>RateLimit</c> field in its generations: a list of names with <c>r</c> and <c>t</c> (draft-ietf-httpapi-ratelimit-headers-11 §4), the
/// same with <c>a</c> and <c>w</c> (proposed since), and the dictionary of draft 07. A malformed field is ignored, as the draft demands. In a
/// well-formed one, each item that makes no sense is ignored alone.
/// </summary>
internal static class RateLimitField
{
    public static IEnumerable<Quota> Parse(string field)
    {
        if (StructuredField.ParseList(field) is { } list)
            return list.Select(Read).OfType<Quota>();

        return StructuredField.ParseDictionary(field) is { } members && ReadDictionary(members) is { } quota ? [quota] : [];
    }

    /// <summary>The name of an item, without quotes too.</summary>
    public static string? NameOf(StructuredItem item) => item.Value as string ?? (item.Value as StructuredToken)?.Text;

    private static Quota? Read(StructuredItem item)
        => NameOf(item) is { } name
        && (item["r"] ?? item["a"]) is long and >= 0 and var remaining
        && (item["t"] ?? item["w"]) is null or >= 0L
        && (item["pk"] is null or byte[])
            ? new(name, null, remaining, (item["t"] ?? item["w"]) is long seconds ? WireNumber.Seconds(seconds) : null)
            : null;

    private static Quota? ReadDictionary(Dictionary<string, StructuredItem> members)
        => members.GetValueOrDefault("limit")?.Value is long and >= 0 and var limit && members.GetValueOrDefault("reset")?.Value is long and >= 0 and var reset
            ? new(null, limit, members.GetValueOrDefault("remaining")?.Value is long and >= 0 and var remaining ? remaining : null, WireNumber.Seconds(reset))
            : null;
}
