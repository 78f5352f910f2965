namespace Resilience.Http;

/// <summary>
/// What one bucket of one instance gets while the store does not answer: at first what it was granted, after half a minute an equal share. So the shares of
/// all instances never add up to more than the limit. Not safe for concurrent use.
/// </summary>
/// <param name="quotas">The quota of the client.</param>
/// <param name="own">The rate that the store granted last; null if it never has.</param>
/// <param name="now">The time, as a timestamp.</param>
internal sealed class QuotaShare(ClientQuotas quotas, double? own, long now)
{
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(30);

    private readonly long _lost = quotas.LostAt;

    // One for a bucket that was granted next to none, so that its first request need not wait for a part of a small share. What an idle one was granted fades, but
    // is never zero.
    private double _permits = own is >= 1 ? 0 : 1;
    private long _since = now;

    /// <summary>What there is in place of an answer.</summary>
    /// <param name="wanted">How many permits are asked for.</param>
    /// <param name="limits">The limits, of which the tightest decides.</param>
    /// <param name="now">The time, as a timestamp.</param>
    public QuotaGrant Take(long wanted, IReadOnlyList<QuotaLimit> limits, long now)
    {
        if (limits.MinBy(limit => limit.PermitsPerSecond) is not { } limit)
            return new(wanted, TimeSpan.Zero);

        return quotas.Options.Fallback switch
        {
            QuotaFallback.FailOpen => new(wanted, TimeSpan.Zero),
            QuotaFallback.FailClosed => new(0, QuotaLeases.LongestHoldOff),
            _ => Take(wanted, RateAt(now, limit.PermitsPerSecond), now),
        };
    }

    private double RateAt(long now, double limit)
    {
        var even = limit / quotas.Instances;
        if (own is not { } granted)
            return even;

        var kept = Math.Max(1 - (quotas.Time.GetElapsedTime(_lost, now) / Change), 0);
        return (kept * Math.Clamp(granted, 0, limit)) + ((1 - kept) * even);
    }

    private QuotaGrant Take(long wanted, double rate, long now)
    {
        // As much is collected as a lease would hold.
        var most = Math.Max(1, rate * 2 * quotas.Options.LeaseTime.TotalSeconds);
        _permits = Math.Min(_permits + (rate * quotas.Time.GetElapsedTime(_since, now).TotalSeconds), most);
        _since = now;
        var granted = Math.Min((long)_permits, wanted);
        _permits -= granted;
        // Only the store's next answer makes it certain that nobody gets a permit before.
        return new(granted, TimeSpan.FromSeconds(Math.Clamp((1 - _permits) / Math.Max(rate, 1e-9), 0, QuotaLeases.LongestHoldOff.TotalSeconds)));
    }
}
