namespace Resilience.Http;

/// <summary>The permits of one partition in this instance, and those who wait for them: first come, first served. Safe for concurrent use.</summary>
internal sealed partial class QuotaBucket : IEvictable
{
    private readonly Lock _lock = new();
    private readonly ClientQuotas _quotas;
    private readonly QuotaLine _line = new();
    private readonly QuotaLeases _leases;
    private readonly HoldOffTimer _timer;

    public QuotaBucket(string partition, ClientQuotas quotas)
    {
        (Partition, _quotas, Pauses, Held) = (partition, quotas, new(quotas.Time, () => quotas.Options.MaxServerPause), new(quotas));
        (_leases, _timer) = (new(quotas, Now), new(quotas, OnTimer));
    }

    public string Partition { get; }

    /// <summary>Its name in the store: that of the quota may change.</summary>
    public string Key => QuotaKey.Of(_quotas.Name, Partition);

    public AuthorityPauses Pauses { get; }

    public HeldAttempts Held { get; }

    public KnownRate Known { get; set; }

    public bool CanBeForgotten
    {
        get
        {
            lock (_lock)
                return _line.Count == 0 && _leases.AreSettledAt(Now) && Pauses.AreOver;
        }
    }

    public QuotaStatus Status
    {
        get
        {
            lock (_lock)
                return new(Partition, _leases.LeftAt(Now), _line.Count, _leases.GrantedPerSecond, _leases.IsFallback, Pauses.All) { Limits = _leases.Limits };
        }
    }

    public TimeSpan EarliestWait => _quotas.Span(_leases.EarliestOf(1) - Now);

    public long Now => _quotas.Time.GetTimestamp();

    /// <summary>Takes permits if they are at hand and nobody waits.</summary>
    public bool TryTake(long now, long permits)
    {
        bool asks;
        lock (_lock)
        {
            _leases.CountDemand(permits);
            if (_line.Count > 0 || !_leases.TryTake(now, permits))
                return false;

            asks = _leases.TryBeginRefill(now);
            SetTimer(now);
        }

        if (asks)
            BeginAsking();
        return true;
    }

    /// <summary>Takes permits when it is this caller's turn, or rejects as soon as it is certain that this is too late.</summary>
    public Task<QuotaAdmission> TakeAsync(QuotaTake take, CancellationToken cancellationToken)
    {
        var waiter = new QuotaWaiter(this, take);
        AskIf(() => Enter(waiter));
        return waiter.WaitAsync(_quotas.Time, _quotas.Span(take.GivesUp - Now), cancellationToken);
    }

    /// <summary>Takes more of what an attempt has turned out to cost, or puts back what it has not used.</summary>
    public void Correct(long permits)
    {
        AskIf(() =>
        {
            var now = Now;
            _leases.Correct(now, permits);
            var asks = permits > 0 && _leases.TryBeginRefill(now);
            SetTimer(now);
            return asks;
        });
        if (_keepsNothing)
            _ = GiveAllAsync();
    }

    public bool Leave(QuotaWaiter waiter)
    {
        lock (_lock)
            return _line.Remove(waiter);
    }

    private bool Enter(QuotaWaiter waiter)
    {
        // Not one of before the lock: to that an answer which has come since would be one of the future, and the store not to be asked yet.
        var now = Now;
        if (_line.Count == 0 && _leases.TryTake(now, waiter.Take.Permits))
            return !waiter.TrySetResult(default);

        var asks = _leases.TryBegin(now);
        if (_leases.FindRejection(waiter.Take, _line.Count, _line.Permits) is { } rejection)
            waiter.SetResult(rejection);
        else
            _line.Add(waiter);
        if (_line.Count == 1)
            SetTimer(now);
        return asks;
    }

    private void AskIf(Func<bool> tryBegin)
    {
        bool asks;
        lock (_lock)
            asks = tryBegin();
        if (asks)
            BeginAsking();
    }
}
