namespace Resilience.Http;

/// <summary>What a set of limits comes to together.</summary>
internal sealed class LimitBounds(IReadOnlyList<QuotaLimit> limits, double ticksPerMicrosecond)
{
    public IReadOnlyList<QuotaLimit> Limits => limits;

    public long SmallestBurst { get; } = limits.Count == 0 ? long.MaxValue : limits.Min(limit => limit.Burst);

    /// <summary>The time in which every bucket regains a permit, in timestamps.</summary>
    public double LongestInterval { get; } = limits.Count == 0 ? 0 : limits.Max(limit => limit.Interval) * ticksPerMicrosecond;

    /// <summary>The time before which no bucket regains a permit, in timestamps.</summary>
    public double ShortestInterval { get; } = limits.Count == 0 ? 0 : limits.Min(limit => limit.Interval) * ticksPerMicrosecond;

    /// <summary>Whether these are limits of the same buckets, at whatever rates.</summary>
    public static bool AreAlike(IReadOnlyList<QuotaLimit> some, IReadOnlyList<QuotaLimit> others)
        => some.Select(limit => (limit.Key, limit.Name)).SequenceEqual(others.Select(limit => (limit.Key, limit.Name)));
}
