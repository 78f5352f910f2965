namespace Resilience.Http;

/// <summary>
/// A limit of a bucket besides its own. Whoever takes of it holds <see cref="Pacing.Changes"/>, so that all limits are taken together or not at all.
/// </summary>
internal sealed class FurtherLimit
{
    private Gcra _gcra;

    public FurtherLimit(LimitPace limit) => (Limit, _gcra) = (limit, new(limit.Pace, -Pace.Longest));

    /// <summary>What the options say of it.</summary>
    public LimitPace Limit { get; private set; }

    /// <summary>Whether other buckets take of it, too.</summary>
    public bool IsShared => Limit.Limit.IsShared;

    /// <summary>When it became or becomes full, as a timestamp.</summary>
    public long Full => _gcra.Full;

    public TokenBucketLimitStatus StatusAt(long now) => new(Limit.Limit.PermitsPerSecond, Limit.Limit.BurstInForce, _gcra.Level(now));

    public int Level(long now) => _gcra.Level(now);

    public bool Has(long now, int permits) => _gcra.Has(now, permits);

    /// <summary>Takes permits, be there any or not; fewer than none come back.</summary>
    public void Charge(long now, long permits) => _gcra.Charge(now, permits);

    /// <summary>When so many permits become free behind others.</summary>
    public long Slot(long ahead, int permits) => _gcra.Slot(ahead, permits);

    /// <summary>Follows the options.</summary>
    public void Adopt(LimitPace limit, long now)
    {
        if (!ReferenceEquals(_gcra.Pace, limit.Pace))
            _gcra.ChangePace(limit.Pace, now);
        Limit = limit;
    }

    /// <summary>Limits nothing any more: the options have lost it, but there may be those who wait for it.</summary>
    public void Drop(long now) => _gcra.ChangePace(Limit.Pace.Of(QuotaRate.Unlimited, 1), now);
}
