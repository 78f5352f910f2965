namespace Resilience.Http;

/// <summary>
/// The permits that this instance holds for one partition, and when it asks for how many more. It takes in advance what it needs for the lease time, and asks again
/// when half of that is used. After a grant of less than it asked for it holds off for about a lease time: that makes overload cheap and shares fair. Not safe
/// for concurrent use.
/// </summary>
internal sealed class QuotaLeases
{
    // A changed limit is in force after that time at the latest, however long the first permit of the old one would take.
    private static readonly TimeSpan LongestHoldOff = TimeSpan.FromMilliseconds(750);

    // Bounds the line while the store is asked.
    private const int MaxUnanswered = 10_000;

    private readonly ClientQuotas _quotas;
    private LeasedPermits _permits;
    private RecentRate _demand;
    private RecentRate _granted;
    private QuotaShare? _share;
    private long _lowWater;
    private long _holdOff;
    private long _nextPermit;

    public QuotaLeases(ClientQuotas quotas, long now)
    {
        var second = quotas.Time.TimestampFrequency;
        (_quotas, _holdOff, _nextPermit, _demand, _granted) = (quotas, now, now, new(now, second / 2.0, second), new(now, second, second));
    }

    /// <summary>The limits that counted when the store was asked last.</summary>
    public IReadOnlyList<QuotaLimit> Limits { get; private set; } = [];

    /// <summary>Whether the store has been asked and has not answered yet.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>When the store is asked again, if it is to be.</summary>
    public long HoldOff => _holdOff;

    /// <summary>Whether the store does not answer.</summary>
    public bool IsFallback => _share is not null;

    public double GrantedPerSecond => _granted.PerSecond;

    // The slowest: a bucket regains a permit in that time, whatever the other limits do.
    private double LongestInterval => Limits.Count == 0 ? 0 : Limits.Max(limit => limit.Interval) * _quotas.TicksPerMicrosecond;

    private double ShortestInterval => Limits.Count == 0 ? 0 : Limits.Min(limit => limit.Interval) * _quotas.TicksPerMicrosecond;

    public long LeftAt(long now) => _permits.LeftAt(now);

    public void CountDemand(long permits) => _demand.Count(permits);

    public bool TryTake(long now, long permits) => _permits.TryTake(now, permits);

    public void PutBack(long permits) => _permits.PutBack(permits);

    public long TakeAll(long now) => _permits.TakeAll(now, LongestInterval);

    /// <summary>Whether half of the last lease is used and the store may be asked.</summary>
    public bool TryBeginRefill(long now) => _permits.LeftAt(now) <= _lowWater && TryBegin(now);

    /// <summary>Whether the store may be asked; if so, the caller has to.</summary>
    public bool TryBegin(long now) => !IsAsking && now >= _holdOff && (IsAsking = true);

    /// <summary>When so many permits can be there at the earliest.</summary>
    public long EarliestOf(long permits) => Math.Max(_holdOff, _nextPermit + (long)Math.Min((permits - 1) * ShortestInterval, long.MaxValue / 4));

    /// <summary>What rejects a request as the line is; null if nothing does. While the store is asked nobody is rejected for want of permits.</summary>
    public QuotaAdmission? FindRejection(QuotaTake take, int before, long permits)
    {
        var (earliest, now) = (EarliestOf(permits + take.Permits), _quotas.Time.GetTimestamp());
        if (before >= _quotas.Options.QueueLimit + (IsAsking ? MaxUnanswered : 0))
            return new(RateLimitReason.QueueFull, _quotas.Span(earliest - now));

        return !IsAsking && earliest > take.Latest ? new(take.IfLate, _quotas.Span(earliest - now)) : null;
    }

    public QuotaRequest RequestFor(string key, IReadOnlyList<QuotaLimit> limits, long queued, long now)
    {
        var returned = _permits.TakeExpired(now, LongestInterval);
        Limits = limits;
        _granted.Count(-returned);
        _granted.Update(now);
        var burst = limits.Min(limit => limit.Burst);
        var own = _demand.Update(now) * _quotas.Options.LeaseTime.TotalSeconds;
        var wanted = Math.Max(Math.Max((long)Math.Ceiling(own), burst / (20L * _quotas.Instances)), Math.Max(queued, 1));
        return new(_quotas.Name, key, limits, Math.Min(wanted, burst)) { Returned = returned, Instance = _quotas.TakeHeartbeat(now) };
    }

    /// <param name="grant">What the store has granted; null if it has not answered.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="asked">When: that long a lease has lived already.</param>
    /// <param name="now">The time.</param>
    public void Receive(QuotaGrant? grant, QuotaRequest request, long asked, long now)
    {
        IsAsking = false;
        _share = grant is null ? _share ?? new(_quotas.HasAnswered ? _granted.PerSecond : null, _quotas.LostAt, now) : null;
        grant ??= FallBack(request.Wanted, now);

        _granted.Count(grant.Granted);
        _permits.Add(grant.Granted, asked + (2 * _quotas.LeaseTicks));
        _lowWater = grant.Granted / 2;
        _nextPermit = now + _quotas.Ticks(grant.Wait);
        _holdOff = grant.Granted >= request.Wanted ? now : now + HoldOffAfter(grant.Wait);
    }

    private long HoldOffAfter(TimeSpan wait)
    {
        var holdOff = (long)(_quotas.LeaseTicks * _quotas.Chance(0.75, 1.25));
        return Math.Max(holdOff, _quotas.Ticks(wait < LongestHoldOff ? wait : LongestHoldOff));
    }

    private QuotaGrant FallBack(long wanted, long now)
    {
        var limit = Limits.MinBy(limit => limit.PermitsPerSecond)!;
        return _quotas.Options.Fallback switch
        {
            QuotaFallback.FailOpen => new(wanted, TimeSpan.Zero),
            QuotaFallback.FailClosed => new(0, LongestHoldOff),
            _ => _share!.Take(now, _share.RateAt(now, limit, _quotas.Instances, _quotas.Time), wanted, 2 * _quotas.Options.LeaseTime, _quotas.Time),
        };
    }
}
