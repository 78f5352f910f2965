namespace Resilience.Http;

/// <summary>
/// The permits that this instance holds for one partition, and when it asks for how many more. It takes in advance what it needs for the lease time, and asks again
/// when half of that is used. After a grant of less than it asked for it holds off for about a lease time: that makes overload cheap and shares fair. Not safe
/// for concurrent use.
/// </summary>
internal sealed class QuotaLeases
{
    /// <summary>The store is asked again by then, however long the next permit would take: the limit may have changed, or the store may be back.</summary>
    public static readonly TimeSpan LongestHoldOff = TimeSpan.FromMilliseconds(750);

    // Bounds the line while the store is asked.
    private const int MaxUnanswered = 10_000;

    // What a lease holds where there is no limit.
    private const long MostUnlimited = 1_000_000;

    private readonly ClientQuotas _quotas;
    private LimitBounds _bounds = new([], 0);
    private LeasedPermits _permits;
    private RecentRate _demand;
    private RecentRate _granted;
    private QuotaShare? _share;
    private QuotaShare? _former;
    private long _owed;
    private long _lowWater;
    private long _holdOff;
    private long _nextPermit;

    public QuotaLeases(ClientQuotas quotas, long now)
    {
        var second = quotas.Time.TimestampFrequency;
        (_quotas, _holdOff, _nextPermit, _demand, _granted) = (quotas, now, now, new(now, second / 2.0, second), new(now, second, second));
    }

    /// <summary>The limits that counted when the store was asked last.</summary>
    public IReadOnlyList<QuotaLimit> Limits => _bounds.Limits;

    /// <summary>Whether the store has been asked and has not answered yet.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>When the store is asked again, if it is to be.</summary>
    public long HoldOff => _holdOff;

    /// <summary>Whether the store does not answer.</summary>
    public bool IsFallback => _share is not null;

    /// <summary>Whether more was taken than was granted, of which the store is to hear.</summary>
    public bool Owes => _owed > 0 || _share is { Debt: > 0 };

    public double GrantedPerSecond => _granted.PerSecond;

    public long LeftAt(long now) => _permits.LeftAt(now);

    /// <summary>Whether nothing is at hand, owed, still to be given back, or missing in the share.</summary>
    public bool AreSettledAt(long now) => !Owes && _permits.AreOverAt(now, Missing) && (_share ?? _former)?.IsRegainedAt(now) is not false;

    public void CountDemand(long permits) => _demand.Count(permits);

    /// <summary>Takes permits if they are at hand. Of what costs more than a burst the rest is owed: it would never be there.</summary>
    public bool TryTake(long now, long permits)
    {
        var payable = permits > 1 ? Math.Min(permits, _bounds.SmallestBurst) : permits;
        if (!_permits.TryTake(now, payable))
            return false;

        _owed += permits - payable;
        return true;
    }

    /// <summary>Takes more, or puts back. What is not at hand is owed to the store.</summary>
    public void Correct(long now, long permits)
    {
        if (permits < 0 && !_permits.TryPutBack(now, -permits))
            _owed += permits;
        var more = Math.Max(permits, 0);
        var atHand = Math.Min(_permits.LeftAt(now), more);
        _permits.TryTake(now, atHand);
        _owed += more - atHand;
    }

    public long TakeAll(long now) => _permits.TakeAll(now, Missing) - TakeOwed();

    /// <summary>Whether half of the last lease is used, or something is owed, and the store may be asked.</summary>
    public bool TryBeginRefill(long now) => (Owes || _permits.LeftAt(now) <= _lowWater) && TryBegin(now);

    /// <summary>Whether the store may be asked; if so, the caller has to.</summary>
    public bool TryBegin(long now) => !IsAsking && now >= _holdOff && (IsAsking = true);

    /// <summary>The same for those who wait, or what is owed.</summary>
    public bool TryBeginFor(int waiting, long now) => (waiting > 0 || Owes) && TryBegin(now);

    /// <summary>When so many permits can be there at the earliest.</summary>
    public long EarliestOf(long permits) => Math.Max(_holdOff, _nextPermit + (long)Math.Min((permits - 1) * _bounds.ShortestInterval, long.MaxValue / 4));

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
        var returned = _permits.TakeExpired(now, Missing) - TakeOwed();
        _bounds = new(limits, _quotas.TicksPerMicrosecond);
        _granted.Count(-returned);
        _granted.Update(now);
        var burst = Math.Min(_bounds.SmallestBurst, MostUnlimited);
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
        if (grant is not null && _share is { } over)
            (_owed, _former, _share) = (_owed + over.TakeDebt(), over, null);
        if (grant is null)
            _share ??= new(_quotas, _quotas.HasAnswered ? _granted.PerSecond : null, _former, now);
        grant ??= _share!.Take(request, now);

        _granted.Count(grant.Granted);
        _permits.Add(grant.Granted, asked + (2 * _quotas.LeaseTicks));
        _lowWater = grant.Granted / 2;
        _nextPermit = now + _quotas.Ticks(grant.Wait);
        // What is owed is asked about again and again: not at once while nobody is there to be told.
        _holdOff = grant.Granted >= request.Wanted && _share is not { Debt: > 0 } ? now : now + HoldOffAfter(grant.Wait);
    }

    // An older lease waits for the end of the newer before the store is asked again, and that for the next request.
    private MissingTime Missing => new(_bounds.LongestInterval, 4 * _quotas.LeaseTicks);

    private long HoldOffAfter(TimeSpan wait)
    {
        var holdOff = (long)(_quotas.LeaseTicks * _quotas.Chance(0.75, 1.25));
        return Math.Max(holdOff, _quotas.Ticks(wait < LongestHoldOff ? wait : LongestHoldOff));
    }

    private long TakeOwed() => Interlocked.Exchange(ref _owed, 0);
}
