namespace Resilience.Http;

/// <summary>The attempts that wait for a bucket, first come, first served. Safe for concurrent use.</summary>
internal sealed class TokenBucketQueue
{
    private readonly Lock _lock = new();
    private readonly TokenBucket _bucket;
    private readonly Pacing _pacing;
    private readonly TokenBucketLine _line;
    private readonly TokenBucketTimer _timer;
    private BackgroundBucket? _background;

    public TokenBucketQueue(TokenBucket bucket, Pacing pacing)
        => (_bucket, _pacing, _line, _timer) = (bucket, pacing, new(bucket), new(pacing, static queue => ((TokenBucketQueue)queue!).OnTimer(), this));

    /// <summary>Where those wait who give way to all others; null if there have been none.</summary>
    public BackgroundBucket? Background => _background;

    /// <summary>The same, made if there is none.</summary>
    public BackgroundBucket InBackground => _background ?? Interlocked.CompareExchange(ref _background, new(_bucket, _pacing), null) ?? _background;

    /// <summary>Why it rejects, by <see cref="RateLimitReason"/>.</summary>
    public RejectionCause[] Causes => field ??= RejectionCause.OfEach<RateLimitReason>();

    public int Count => _line.Count;

    /// <summary>The permits of the own limit that all waiters take.</summary>
    public long Permits => _line.Permits;

    public Task<Admission> EnterAsync(PermitRequest request, CancellationToken cancellationToken)
    {
        TokenBucketWaiter waiter;
        lock (_lock)
        {
            if (_line.Count == 0 && _bucket.TryServe(request.Since, request.Cost))
                return Task.FromResult(default(Admission));

            var slot = _line.Slot(request.Cost);
            if (_line.Count >= _pacing.Current.Options.QueueLimit)
                return Task.FromResult(Rejected(RateLimitReason.QueueFull, slot, request.Since));

            if (slot > request.Latest)
                return Task.FromResult(Rejected(Lateness(request, request.Since), slot, request.Since));

            // The timer first: without it, those who wait would wait for ever.
            if (_line.Count == 0)
                _timer.Set(slot, request.Since);
            waiter = new(this, request);
            _line.Add(waiter);
        }

        // They may have changed before it was there to be told.
        _bucket.FollowOptions(request.Since);
        return waiter.WaitAsync(cancellationToken);
    }

    public bool Leave(TokenBucketWaiter waiter)
    {
        lock (_lock)
            return _line.Remove(waiter);
    }

    /// <summary>When the permits come of one that joins now.</summary>
    public long Slot(in PermitCost cost)
    {
        lock (_lock)
            return _line.Slot(cost);
    }

    /// <summary>Serves all waiters whose time has come, and sets the timer for the next.</summary>
    public void Advance()
    {
        var now = _pacing.Time.GetTimestamp();
        _bucket.Adopt(now);
        while (Next(now) is { } waiter)
            waiter.TrySetResult(new(null, _pacing.Span(now - waiter.Request.Since)));
    }

    /// <summary>Rejects the waiters that would wait too long as things are now, and serves the others.</summary>
    public void Review(long now)
    {
        foreach (var (waiter, rejection) in TakeLate(now))
            waiter.TrySetResult(rejection);

        Advance();
    }

    /// <summary>Rejects all waiters.</summary>
    public void Dismiss()
    {
        TokenBucketWaiter[] waiters;
        lock (_lock)
            waiters = _line.All;

        foreach (var waiter in waiters.Where(Leave))
            waiter.TrySetResult(new(RateLimitReason.Rejected, default));

        Advance();
    }

    private void OnTimer()
    {
        Advance();
        if (Count > 0 && _bucket.IsTakenElsewhere)
            Review(_pacing.Time.GetTimestamp());
    }

    private TokenBucketWaiter? Next(long now)
    {
        lock (_lock)
        {
            if (_line.Head is not { Request: var request } head)
            {
                _timer.Stop();
                return null;
            }

            if (_bucket.TryServe(now, request.Cost) && _line.Remove(head))
                return head;

            _timer.Set(_bucket.SlotOf(request.Cost, ahead: null), now);
            return null;
        }
    }

    private List<(TokenBucketWaiter Waiter, Admission Rejection)> TakeLate(long now)
    {
        lock (_lock)
            return [.. _line.RemoveLate().Select(late => (late.Waiter, Rejected(Lateness(late.Waiter.Request, now), late.Slot, now)))];
    }

    private RateLimitReason Lateness(in PermitRequest request, long now)
        => _bucket.IsPaused(now) ? RateLimitReason.PausedByServer : request.IfLate;

    private Admission Rejected(RateLimitReason reason, long slot, long now) => new(reason, _pacing.Span(slot - now));
}
