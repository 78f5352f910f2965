namespace Resilience.Http;

/// <summary>What is left of one limit, as the server says.</summary>
/// <param name="Name">The server's name for it; null if it has none.</param>
/// <param name="Limit">How much it holds.</param>
/// <param name="Remaining">How much is left.</param>
/// <param name="Reset">How long that has to last.</param>
internal readonly record struct Quota(string? Name, long? Limit, long? Remaining, TimeSpan? Reset)
{
    public bool IsExhausted => Remaining is 0;

    /// <summary>The same with the size that its policy gives, and with an instant in the place of its time read as one.</summary>
    public Quota Completed(Dictionary<string, long> sizes, DateTimeOffset sentAt) => this with
    {
        Limit = Limit ?? (Name is not null && sizes.TryGetValue(Name, out var size) ? size : null),
        Reset = Reset is { } reset ? ResetTime.UntilEpoch((decimal)reset.Ticks / TimeSpan.TicksPerSecond, sentAt) ?? reset : null,
    };

    /// <summary>The tightest one: the exhausted one with the latest reset, else the one with the least left per second.</summary>
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
