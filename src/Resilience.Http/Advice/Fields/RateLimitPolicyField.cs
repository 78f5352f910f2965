namespace Resilience.Http;

/// <summary>The <c>RateLimit-Policy</c> field: names with <c>q</c> and <c>w</c> (draft 11 §3), or numbers with <c>w</c> (drafts 04 to 06).</summary>
internal static class RateLimitPolicyField
{
    public static IReadOnlyList<QuotaPolicy> Parse(string field)
    {
        QuotaPolicy[] policies = [.. (StructuredField.ParseList(field) ?? []).Select(Read).OfType<QuotaPolicy>()];

        // The early drafts had no names, and so forbade the same size twice.
        var numbers = policies.Where(policy => policy.Name is null).Select(policy => policy.Size).ToArray();
        return numbers.Distinct().Count() == numbers.Length ? policies : [];
    }

    private static QuotaPolicy? Read(StructuredItem item)
    {
        var name = RateLimitField.NameOf(item);
        return (name is null ? item.Value : item["q"]) is long and >= 0 and var size
            && item["w"] is null or >= 1L
            && (item["pk"] is null or byte[])
                ? new(name, size)
                : null;
    }
}
