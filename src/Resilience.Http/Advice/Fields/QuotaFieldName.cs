namespace Resilience.Http;

/// <summary>
/// The parts of a field's name: the spelling of its family (<c>X-RateLimit</c>, <c>RateLimit</c>, <c>X-Rate-Limit</c>), its role, and what it limits.
/// The last may stand before or after the role (<c>x-ratelimit-remaining-tokens</c>, <c>anthropic-ratelimit-tokens-remaining</c>).
/// </summary>
internal readonly ref struct QuotaFieldName
{
    private static readonly string[] Stems = ["ratelimit-", "rate-limit-", "user-limit-"];

    // A longer word stands before the one that it starts with.
    private static readonly (string Word, QuotaRole Role)[] Roles =
    [
        ("remaining", QuotaRole.Remaining),
        ("reset-after", QuotaRole.ResetAfter),
        ("reset", QuotaRole.Reset),
        ("interval-seconds", QuotaRole.Interval),
        ("limit", QuotaRole.Limit),
    ];

    private QuotaFieldName(ReadOnlySpan<char> family, ReadOnlySpan<char> dimension, QuotaRole role)
    {
        Family = family;
        Dimension = dimension;
        Role = role;
    }

    public ReadOnlySpan<char> Family { get; }

    /// <summary>What is limited, such as <c>tokens</c>; empty if the name does not say.</summary>
    public ReadOnlySpan<char> Dimension { get; }

    public QuotaRole Role { get; }

    public static bool TryParse(ReadOnlySpan<char> name, out QuotaFieldName field)
    {
        foreach (var stem in Stems)
        {
            if (name.IndexOf(stem, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
                return TryParse(name[..at], name[(at + stem.Length)..], out field);
        }

        field = default;
        return false;
    }

    private static bool TryParse(ReadOnlySpan<char> family, ReadOnlySpan<char> rest, out QuotaFieldName field)
    {
        foreach (var (word, role) in Roles)
        {
            var after = rest.Length - word.Length;
            if (rest.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (after == 0 || rest[word.Length] is '-'))
            {
                field = new(family, after == 0 ? [] : rest[(word.Length + 1)..], role);
                return true;
            }

            if (rest.EndsWith(word, StringComparison.OrdinalIgnoreCase) && rest[after - 1] is '-')
            {
                field = new(family, rest[..(after - 1)], role);
                return true;
            }
        }

        field = default;
        return false;
    }
}
