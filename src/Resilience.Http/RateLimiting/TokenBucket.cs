namespace Resilience.Http;

/// <summary>
/// An exact token bucket: in any interval of length t it grants at most burst + rate × t permits. Lock-free while permits are free; first come,
/// first served when they are not. Safe for concurrent use.
/// </summary>
internal sealed class TokenBucket : IPartitionState
{
    private readonly PartitionKey _key;
    private readonly Pacing _pacing;
    private Pace _pace;
    private Gcra _gcra;
    private PaceBound? _bound;
    private TokenBucketQueue? _queue;
    private BackgroundPace _background = new();

    // Full from the start: the first request may have read the clock before the bucket was made.
    public TokenBucket(PartitionKey key, Pacing pacing)
        => (_key, _pacing, _pace, _gcra) = (key, pacing, pacing.Current, new(-Pace.Longest));

    public ref readonly PartitionKey Key => ref _key;

    public long LastUsed { get; set; }

    public int Waiting => _queue?.Count ?? 0;

    /// <summary>The permits that all waiters ask for.</summary>
    public long Backlog => _queue?.Permits ?? 0;

    public int Level => Waiting == 0 ? _gcra.Level(_pace, Now) : 0;

    /// <summary>When the bucket became or becomes full, as a timestamp.</summary>
    public long Full => _gcra.Full;

    public DateTimeOffset? PausedUntil
        => Now is var now && IsPaused(now) ? _pacing.Time.GetUtcNow() + _pacing.Span(_gcra.PausedUntil - now) : null;

    public TokenBucketStatus Status => new(Key.ToString(), Level, Waiting, PausedUntil);

    private long Now => _pacing.Time.GetTimestamp();

    public Retention RetentionAt(long now) => Waiting > 0 ? Retention.Always : Full > now ? Retention.WhileThereIsRoom : Retention.None;

    public bool IsPaused(long now) => _gcra.PausedUntil > now;

    /// <summary>Takes a permit if one is free and no one is waiting: one compare-and-swap.</summary>
    public bool TryTake(long now, int permits = 1)
    {
        Adopt(now);
        return Waiting == 0 && TryAdvance(now, permits);
    }

    /// <summary>Takes a permit for work that gives way to all others.</summary>
    /// <returns>Zero if it was taken; else how long to wait before asking again.</returns>
    public TimeSpan TakeInBackground(long now)
    {
        Adopt(now);
        if (Waiting > 0 || Slot(1) > now)
            return _pacing.Span(Math.Max(Slot(Backlog + 1) - now, _pace.Interval));

        var wait = _background.Take(_pace, now);
        return wait > 0 ? _pacing.Span(wait) : TryTake(now) ? TimeSpan.Zero : _pacing.Span(_pace.Interval);
    }

    /// <summary>Takes a permit when it is this caller's turn, or rejects at once if that is later than the caller or the options allow.</summary>
    public Task<Admission> TakeAsync(long now, int permits, long deadline, CancellationToken cancellationToken)
    {
        var queue = _queue ?? Interlocked.CompareExchange(ref _queue, new(this, _pacing), null) ?? _queue;
        return queue.EnterAsync(new(_pacing, now, permits, deadline), cancellationToken);
    }

    /// <summary>How long a caller that joins the queue now would have to wait.</summary>
    public TimeSpan WaitFor(long now, int permits) => _pacing.Span(Slot(Backlog + Math.Max(permits, 1)) - now);

    /// <summary>Grants nothing until then. A time in the past, or before the end of a running pause, changes nothing.</summary>
    /// <returns>Whether this began a pause, rather than prolonging one.</returns>
    public bool Pause(long until)
    {
        var now = Now;
        if (until <= now)
            return false;

        var begins = !IsPaused(now);
        _gcra.Pause(_pace, Math.Min(until, now + Pace.Longest));
        _queue?.Review(now);
        return begins;
    }

    /// <summary>
    /// Slows down so that the rest of the server's quota lasts until then; the permits in the bucket are part of it. A quota that lasts anyway
    /// ends the slowdown.
    /// </summary>
    public void Spread(long remaining, long until, long longestInterval)
    {
        var (now, own) = (Now, _pacing.Current);
        var spare = Math.Max(remaining - _gcra.Level(_pace, now), 1);
        var interval = Math.Min((until - now) / spare, longestInterval);
        _bound = interval > own.Interval ? new(own.Slower(interval), until) : null;
        Adopt(now);
    }

    /// <summary>Follows a change of the options or of a bound; the thread that wins the exchange converts the level.</summary>
    public void Adopt(long now)
    {
        var (pace, current) = (_pace, PaceAt(now));
        if (ReferenceEquals(pace, current) || Interlocked.CompareExchange(ref _pace, current, pace) != pace)
            return;

        _gcra.Rescale(pace, current, now);
        _queue?.Review(now);
    }

    /// <summary>Rejects all waiters.</summary>
    public void Dismiss() => _queue?.Dismiss();

    /// <summary>For the queue, which grants in turn.</summary>
    public bool TryAdvance(long now, int permits) => _gcra.TryTake(_pace, now, permits);

    /// <summary>When the last of these permits becomes free.</summary>
    public long Slot(long permits) => _gcra.Slot(_pace, permits);

    private Pace PaceAt(long now) => _bound is { } bound ? PaceWithin(bound, now) : _pacing.Current;

    // A method of its own, so that the one above is inlined: few buckets are bound.
    private Pace PaceWithin(PaceBound bound, long now)
        => _pacing.Current is var own && now < bound.Until && ReferenceEquals(bound.Pace.Options, own.Options) ? bound.Pace : own;
}
