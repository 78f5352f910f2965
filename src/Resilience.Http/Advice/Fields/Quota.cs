namespace Resilience.Http;

/// <summary>How much a server says is left of one of its limits.</summary>
/// <param name="Name">What the server calls it; null if it has no name.</param>
/// <param name="Limit">How much it holds.</param>
/// <param name="Remaining">How much is left.</param>
/// <param name="Reset">Until when that has to last.</param>
internal readonly record struct Quota(string? Name, long? Limit, long? Remaining, TimeSpan? Reset)
{
    public bool IsExhausted => Remaining is 0;

    /// <summary>The one that allows the least: the exhausted one that stays so for longest, else the one with the least left per second.</summary>
    public static Quota? TightestOf(IEnumerable<Quota> quotas)
    {
        Quota? tightest = null;
        foreach (var quota in quotas)
        {
            if (tightest is not { } other || quota.IsTighterThan(other))
                tightest = quota;
        }

        return tightest;
    }

    private bool IsTighterThan(Quota other)
    {
        if (IsExhausted || other.IsExhausted)
            return IsExhausted && (!other.IsExhausted || Reset > (other.Reset ?? TimeSpan.MinValue));
        if (Remaining is not { } left || other.Remaining is not { } otherLeft)
            return Remaining is not null;

        return Reset is { } reset && other.Reset is { } otherReset
            ? left * otherReset.TotalSeconds < otherLeft * reset.TotalSeconds
            : left < otherLeft;
    }
}
