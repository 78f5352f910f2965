namespace Resilience.Http;

/// <summary>
/// An exact token bucket: in any interval of length t it grants at most burst + rate × t permits. Lock-free while permits are free; first come,
/// first served when they are not. Safe for concurrent use.
/// </summary>
internal class TokenBucket : IPartitionState
{
    private readonly PartitionKey _key;
    private readonly Pacing _pacing;
    private Gcra _gcra;
    private TokenBucketQueue? _queue;
    private ServerPauses? _pauses;

    // Full from the start: the first request may have read the clock before the bucket was made.
    public TokenBucket(PartitionKey key, Pacing pacing)
        : this(key, pacing, -Pace.Longest)
    {
    }

    /// <param name="key">Whose it is.</param>
    /// <param name="pacing">Its pace and its clock.</param>
    /// <param name="full">When it became or becomes full, as a timestamp.</param>
    public TokenBucket(PartitionKey key, Pacing pacing, long full)
        => (_key, _pacing, _gcra) = (key, pacing, new(pacing.Current, full));

    public ref readonly PartitionKey Key => ref _key;

    public long LastUsed { get; set; }

    public int Waiting => _queue?.Count ?? 0;

    /// <summary>The permits that all waiters ask for.</summary>
    public long Backlog => _queue?.Permits ?? 0;

    public int Level => Waiting == 0 ? _gcra.Level(Now) : 0;

    /// <summary>When the bucket became or becomes full, as a timestamp.</summary>
    public long Full => _gcra.Full;

    /// <summary>Why it rejects, by <see cref="RateLimitReason"/>.</summary>
    public RejectionCause[] Causes => Queue.Causes;

    public TokenBucketStatus Status
    {
        get
        {
            var gates = Gates.ToArray();
            ServerPause[] pauses = [.. gates.Where(gate => gate.IsPaused(Now)).Select(gate => new ServerPause(gate))];
            return new(Key.ToString(), Level, Waiting + gates.Sum(gate => gate.Waiting), pauses);
        }
    }

    protected ref Gcra Gcra => ref _gcra;

    protected Pacing Pacing => _pacing;

    protected long Now => _pacing.Time.GetTimestamp();

    private TokenBucketQueue Queue => _queue ?? Interlocked.CompareExchange(ref _queue, new(this, _pacing), null) ?? _queue;

    private IEnumerable<ServerGate> Gates => _pauses?.Gates ?? [];

    public virtual Retention RetentionAt(long now) => this switch
    {
        { Waiting: > 0 } => Retention.Always,
        { Full: var full } when full > now => Retention.WhileThereIsRoom,
        _ => Gates.Select(gate => gate.RetentionAt(now)).DefaultIfEmpty().Max(),
    };

    public bool IsPaused(long now) => _gcra.PausedUntil > now;

    /// <summary>The bucket that a request has to pass before this one, as the server it goes to has asked for a pause; null if none.</summary>
    public ServerGate? GateOf(Uri? address, long now) => _pauses is { IsEmpty: false } pauses ? pauses.Find(PartitionKey.OfAuthority(address), now) : null;

    /// <summary>Changes what requests to an authority have to pass.</summary>
    public bool ChangeGate(in PartitionKey authority, Func<ServerGate, bool> change)
        => (_pauses ?? Interlocked.CompareExchange(ref _pauses, new(_pacing), null) ?? _pauses).Change(authority, Full, change);

    /// <summary>Takes a permit if one is free and no one is waiting: one compare-and-swap.</summary>
    public bool TryTake(long now, int permits = 1)
    {
        Adopt(now);
        return Waiting == 0 && TryAdvance(now, permits);
    }

    /// <summary>Whether it is the turn of work that gives way to all others.</summary>
    /// <returns>Zero if it may take a permit now; else how long to wait before asking again.</returns>
    public TimeSpan WaitInBackground(long now)
    {
        Adopt(now);
        var pace = _gcra.Pace;
        return _pacing.Span(Waiting > 0 || Slot(1) > now ? Math.Max(Slot(Backlog + 1) - now, pace.Interval) : Queue.Background.Take(pace, now));
    }

    /// <summary>Takes a permit when it is this caller's turn, or rejects at once if that is later than the caller or the options allow.</summary>
    public Task<Admission> TakeAsync(long now, int permits, long deadline, CancellationToken cancellationToken)
        => Queue.EnterAsync(new(_pacing, now, permits, deadline), cancellationToken);

    /// <summary>How long a caller that joins the queue now would have to wait.</summary>
    public TimeSpan WaitFor(long now, int permits) => _pacing.Span(Slot(Backlog + Math.Max(permits, 1)) - now);

    /// <summary>Follows a change of the pace.</summary>
    public void Adopt(long now)
    {
        if (!ReferenceEquals(_gcra.Pace, PaceAt(now)))
            ChangePace(now);
    }

    /// <summary>Rejects all waiters.</summary>
    public void Dismiss() => _queue?.Dismiss();

    /// <summary>For the queue, which grants in turn.</summary>
    public bool TryAdvance(long now, int permits) => _gcra.TryTake(now, permits);

    /// <summary>When the last of these permits becomes free.</summary>
    public long Slot(long permits) => _gcra.Slot(permits);

    /// <summary>The pace that is in force at a time: that of the options.</summary>
    protected virtual Pace PaceAt(long now) => _pacing.Current;

    /// <summary>Those who wait may have to be served, or rejected.</summary>
    protected void ReviewQueue(long now) => _queue?.Review(now);

    private void ChangePace(long now)
    {
        lock (_pacing.Changes)
        {
            if (PaceAt(now) is var pace && !ReferenceEquals(_gcra.Pace, pace))
                _gcra.ChangePace(pace, now);
        }

        ReviewQueue(now);
    }
}
