namespace Resilience.Http;

/// <summary>The permits of one partition in this instance, and those who wait for them: first come, first served. Safe for concurrent use.</summary>
internal sealed class QuotaBucket : IEvictable
{
    private readonly Lock _lock = new();
    private readonly ClientQuotas _quotas;
    private readonly QuotaLine _line = new();
    private readonly QuotaLeases _leases;
    private readonly HoldOffTimer _timer;

    public QuotaBucket(string partition, ClientQuotas quotas)
    {
        (Partition, _quotas, Pauses, Key) = (partition, quotas, new(quotas.Time), QuotaKey.Of(quotas.Name, partition));
        (_leases, _timer) = (new(quotas, Now), new(quotas, OnTimer));
    }

    public string Partition { get; }

    public string Key { get; }

    public AuthorityPauses Pauses { get; }

    public KnownRate Known { get; set; }

    public bool CanBeForgotten => _line.Count == 0 && _leases.LeftAt(Now) == 0 && Pauses.All.Count == 0;

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
    public void Correct(long permits) => AskIf(() =>
    {
        _leases.Correct(Now, permits);
        return permits > 0 && _leases.TryBeginRefill(Now);
    });

    public bool Leave(QuotaWaiter waiter)
    {
        lock (_lock)
            return _line.Remove(waiter);
    }

    /// <summary>Takes out what is not used, to give it back.</summary>
    public (IReadOnlyList<QuotaLimit> Limits, long Permits) TakeAll()
    {
        lock (_lock)
            return (_leases.Limits, _leases.TakeAll(Now));
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
        if (!_leases.IsAsking && _line.Count == 1)
            _timer.Set(_leases.HoldOff - now);
        return asks;
    }

    private void BeginAsking() => Detached.Run(() => _ = AskAsync());

    private async Task AskAsync()
    {
        for (var isMissing = true; isMissing;)
        {
            var (limits, asked, request) = (_quotas.LimitsOf(this), Now, default(QuotaRequest)!);
            lock (_lock)
                request = _leases.RequestFor(Key, limits, _line.Permits, asked);
            isMissing = Receive(await _quotas.AskAsync(this, request).ConfigureAwait(false), request, asked);
        }
    }

    /// <returns>Whether to ask again at once, for those who have come meanwhile.</returns>
    private bool Receive(QuotaGrant? grant, QuotaRequest request, long asked)
    {
        var now = Now;
        lock (_lock)
        {
            _leases.Receive(grant, request, asked, now);
            _line.Serve(permits => _leases.TryTake(now, permits));
            var asks = _leases.TryBeginFor(_line.Count, now);
            _line.Reject(_leases.FindRejection);
            if (_line.Count > 0 && !asks)
                _timer.Set(_leases.HoldOff - now);
            return asks;
        }
    }

    private void OnTimer() => AskIf(() =>
    {
        var now = Now;
        var asks = _leases.TryBeginFor(_line.Count, now);
        if (_line.Count == 0)
            _timer.Stop();
        else if (!_leases.IsAsking)
            _timer.Set(_leases.HoldOff - now);
        return asks;
    });

    private void AskIf(Func<bool> tryBegin)
    {
        bool asks;
        lock (_lock)
            asks = tryBegin();
        if (asks)
            BeginAsking();
    }
}
