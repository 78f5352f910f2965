namespace Resilience.Http;

/// <summary>
/// The attempts that wait for a bucket, first come, first served. A place in the line is the reservation: a waiter that leaves returns exactly
/// what it reserved, and all behind it move up.
/// </summary>
internal sealed class TokenBucketQueue(TokenBucket bucket, Pacing pacing)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TokenBucketWaiter> _line = new();
    private ITimer? _timer;
    private long _permits;

    /// <summary>The pace of those who give way to all others.</summary>
    public BackgroundPace Background { get; } = new();

    /// <summary>Why it rejects, by <see cref="RateLimitReason"/>.</summary>
    public RejectionCause[] Causes => field ??= RejectionCause.OfEach<RateLimitReason>();

    public int Count => _line.Count;

    public long Permits => Volatile.Read(ref _permits);

    public Task<Admission> EnterAsync(PermitRequest request, CancellationToken cancellationToken)
    {
        TokenBucketWaiter waiter;
        lock (_lock)
        {
            if (_line.Count == 0 && bucket.TryAdvance(request.Since, request.Permits))
                return Task.FromResult(default(Admission));

            var slot = bucket.Slot(_permits + request.Needed);
            if (_line.Count >= pacing.Current.Options.QueueLimit)
                return Task.FromResult(Rejected(RateLimitReason.QueueFull, slot, request.Since));

            if (slot > request.Latest)
                return Task.FromResult(Rejected(Lateness(request, request.Since), slot, request.Since));

            waiter = new(this, request);
            waiter.Place = _line.AddLast(waiter);
            _permits += request.Permits;
            if (_line.Count == 1)
                Arm(request, request.Since);
        }

        return waiter.WaitAsync(cancellationToken);
    }

    public bool Leave(TokenBucketWaiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Place is not { List: not null } place)
                return false;

            _line.Remove(place);
            _permits -= waiter.Request.Permits;
            return true;
        }
    }

    /// <summary>Serves all waiters whose time has come, and sets the timer for the next.</summary>
    public void Advance()
    {
        var now = pacing.Time.GetTimestamp();
        bucket.Adopt(now);
        while (Next(now) is { } waiter)
            waiter.TrySetResult(new(null, pacing.Span(now - waiter.Request.Since)));
    }

    /// <summary>Rejects the waiters that would wait too long at a changed pace, and serves the others.</summary>
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
            waiters = [.. _line];

        foreach (var waiter in waiters.Where(Leave))
            waiter.TrySetResult(new(RateLimitReason.Rejected, default));

        Advance();
    }

    private TokenBucketWaiter? Next(long now)
    {
        lock (_lock)
        {
            if (_line.First is not { Value: var head })
            {
                _timer?.Dispose();
                _timer = null;
                return null;
            }

            if (bucket.TryAdvance(now, head.Request.Permits) && Leave(head))
                return head;

            Arm(head.Request, now);
            return null;
        }
    }

    private List<(TokenBucketWaiter Waiter, Admission Rejection)> TakeLate(long now)
    {
        List<(TokenBucketWaiter, Admission)> late = [];
        lock (_lock)
        {
            var ahead = 0L;
            for (var (place, next) = (_line.First, _line.First?.Next); place is not null; (place, next) = (next, next?.Next))
            {
                var (waiter, slot) = (place.Value, bucket.Slot(ahead + place.Value.Request.Needed));
                if (slot > waiter.Request.Latest && Leave(waiter))
                    late.Add((waiter, Rejected(Lateness(waiter.Request, now), slot, now)));
                else
                    ahead += waiter.Request.Permits;
            }
        }

        return late;
    }

    private void Arm(PermitRequest head, long now)
    {
        // Timers count whole milliseconds; rounding down would spin through the rest.
        var wait = Math.Ceiling(pacing.Span(bucket.Slot(head.Needed) - now).TotalMilliseconds);
        var due = TimeSpan.FromMilliseconds(Math.Clamp(wait, 1, int.MaxValue));
        if (_timer is not null)
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        else
            _timer = StartTimer(due);
    }

    private ITimer StartTimer(TimeSpan due)
    {
        // One timer serves many calls; it must not carry the context of the first.
        using (ExecutionContext.SuppressFlow())
            return pacing.Time.CreateTimer(static queue => ((TokenBucketQueue)queue!).Advance(), this, due, Timeout.InfiniteTimeSpan);
    }

    private RateLimitReason Lateness(PermitRequest request, long now)
        => bucket.IsPaused(now) ? RateLimitReason.PausedByServer : request.IfLate;

    private Admission Rejected(RateLimitReason reason, long slot, long now) => new(reason, pacing.Span(slot - now));
}
