namespace Resilience.Http;

/// <summary>
/// What one bucket of one instance gets while the store does not answer: at first what it was granted, after half a minute an equal share. So the shares of
/// all instances never add up to more than the limit. Not safe for concurrent use.
/// </summary>
/// <param name="own">The rate that the store granted last; null if it never has.</param>
/// <param name="lost">When the store was lost, as a timestamp.</param>
/// <param name="now">The time.</param>
internal sealed class QuotaShare(double? own, long lost, long now)
{
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(30);

    // One for a bucket that was granted next to none, so that its first request need not wait for a part of a small share. What an idle one was granted fades, but
    // is never zero.
    private double _permits = own is >= 1 ? 0 : 1;
    private long _since = now;

    /// <summary>The share in permits per second.</summary>
    public double RateAt(long now, QuotaLimit limit, int instances, TimeProvider time)
    {
        var even = limit.PermitsPerSecond / instances;
        if (own is not { } granted)
            return even;

        var kept = Math.Max(1 - (time.GetElapsedTime(lost, now) / Change), 0);
        return (kept * Math.Clamp(granted, 0, limit.PermitsPerSecond)) + ((1 - kept) * even);
    }

    /// <param name="now">The time, as a timestamp.</param>
    /// <param name="rate">The share.</param>
    /// <param name="wanted">How many permits are asked for.</param>
    /// <param name="longest">For how long permits are collected.</param>
    /// <param name="time">The clock.</param>
    public QuotaGrant Take(long now, double rate, long wanted, TimeSpan longest, TimeProvider time)
    {
        _permits = Math.Min(_permits + (rate * time.GetElapsedTime(_since, now).TotalSeconds), Math.Max(1, rate * longest.TotalSeconds));
        _since = now;
        var granted = Math.Min((long)_permits, wanted);
        _permits -= granted;
        // Only the store's next answer makes it certain that nobody gets a permit before.
        return new(granted, TimeSpan.FromSeconds(Math.Clamp((1 - _permits) / Math.Max(rate, 1e-9), 0, QuotaLeases.LongestHoldOff.TotalSeconds)));
    }
}
