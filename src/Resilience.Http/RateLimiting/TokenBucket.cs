namespace Resilience.Http;

/// <summary>
/// An exact token bucket: in any interval of length t it grants at most burst + rate × t permits. Lock-free while permits are free; first come,
/// first served when they are not. Safe for concurrent use.
/// </summary>
internal class TokenBucket : BucketLevels, IPartitionState
{
    private readonly PartitionKey _key;
    private TokenBucketQueue? _queue;
    private ServerPauses? _pauses;

    // Full from the start: the first request may have read the clock before the bucket was made.
    public TokenBucket(PartitionKey key, Pacing pacing)
        : this(key, pacing, pacing.Current, -Pace.Longest)
    {
    }

    /// <param name="key">Whose it is.</param>
    /// <param name="pacing">Its clock and its options.</param>
    /// <param name="pace">Its pace at first.</param>
    /// <param name="full">When it became or becomes full, as a timestamp.</param>
    protected TokenBucket(PartitionKey key, Pacing pacing, Pace pace, long full)
        : base(pacing, pace, full) => _key = key;

    public ref readonly PartitionKey Key => ref _key;

    public long LastUsed { get; set; }

    public int Waiting => _queue?.Count ?? 0;

    public int WaitingInBackground => _queue?.Background?.Waiting ?? 0;

    /// <summary>Whether somebody waits for it, or to get to it.</summary>
    public bool HasWaiters => Waiting > 0 || WaitingInBackground > 0 || Gates.Any(gate => gate.Waiting > 0);

    /// <summary>Whether others take permits that this one gives, too, and nobody tells those who wait.</summary>
    public virtual bool IsTakenElsewhere => Further is { IsShared: true };

    /// <summary>The permits that all waiters ask for.</summary>
    public long Backlog => _queue?.Permits ?? 0;

    public int Level => Waiting == 0 ? Gcra.Level(Now) : 0;

    /// <summary>The permits that can be taken of all limits at once.</summary>
    public int LevelOfAll => Waiting == 0 ? LevelAt(Now) : 0;

    /// <summary>Why it rejects, by <see cref="RateLimitReason"/>.</summary>
    public RejectionCause[] Causes => Queue.Causes;

    public TokenBucketStatus Status
    {
        get
        {
            var (now, gates) = (Now, Gates.ToArray());
            ServerPause[] pauses = [.. gates.Where(gate => gate.IsPaused(now)).Select(gate => new ServerPause(gate))];
            return new(Key.ToString(), Level, Waiting + WaitingInBackground + gates.Sum(gate => gate.Waiting), pauses)
            {
                PermitsPerSecond = Pace.PermitsPerSecond,
                Limits = Further?.StatusAt(now) ?? TokenBucketStatus.NoLimits,
            };
        }
    }

    private TokenBucketQueue Queue => _queue ?? Interlocked.CompareExchange(ref _queue, new(this, Pacing), null) ?? _queue;

    private IEnumerable<ServerGate> Gates => _pauses?.Gates ?? [];

    public virtual Retention RetentionAt(long now) => this switch
    {
        { Waiting: > 0 } or { WaitingInBackground: > 0 } => Retention.Always,
        { Full: var full } when full > now => Retention.WhileThereIsRoom,
        _ => Gates.Select(gate => gate.RetentionAt(now)).DefaultIfEmpty().Max(),
    };

    public bool IsPaused(long now) => Gcra.PausedUntil > now;

    /// <summary>The bucket that a request has to pass before this one, as the server it goes to has asked for a pause; null if none.</summary>
    public ServerGate? GateOf(Uri? address, long now) => _pauses is { IsEmpty: false } pauses ? pauses.Find(PartitionKey.OfAuthority(address), now) : null;

    /// <summary>Changes what requests to an authority have to pass.</summary>
    public bool ChangeGate(in PartitionKey authority, Func<ServerGate, bool> change, bool wasCalled = true)
        => (_pauses ?? Interlocked.CompareExchange(ref _pauses, new(Pacing), null) ?? _pauses).Change(authority, wasCalled, Gcra.Full, change);

    /// <summary>Takes a permit if one is free and no one is waiting: one compare-and-swap.</summary>
    public bool TryTake(long now, int permits = 1) => TryTake(now, CostOf(permits, now));

    /// <inheritdoc cref="TryTake(long, int)"/>
    public bool TryTake(long now, in PermitCost cost) => (Waiting == 0 || cost.IsNothing) && TryAdvance(now, cost);

    /// <summary>Whether somebody who comes now would not have to wait.</summary>
    public bool IsFree(long now, in PermitCost cost) => Waiting == 0 && Slot(cost) <= now;

    /// <summary>Waits for the turn of work that gives way to all others. It takes its permits afterwards, as they do.</summary>
    public Task<Admission> TurnInBackgroundAsync(long now, in PermitCost cost, long deadline, CancellationToken cancellationToken)
    {
        var background = Queue.InBackground;
        background.Adopt(now);
        return background.TakeAsync(now, cost, deadline, cancellationToken);
    }

    /// <summary>Takes permits for the first of those who wait.</summary>
    public virtual bool TryServe(long now, in PermitCost cost) => TryAdvance(now, cost);

    /// <summary>When one who waits gets his permits, behind those of others who wait.</summary>
    public virtual long SlotOf(in PermitCost cost, Backlog? ahead) => Slot(cost, ahead);

    /// <summary>When one who joins those who wait would get his permits.</summary>
    public long SlotBehindAll(in PermitCost cost) => _queue?.Slot(cost) ?? Slot(cost);

    /// <summary>Takes permits when it is this caller's turn, or rejects at once if that is later than the caller or the options allow.</summary>
    public Task<Admission> TakeAsync(long now, in PermitCost cost, long deadline, CancellationToken cancellationToken)
        => TakeAsync(now, cost, deadline, TimeSpan.Zero, cancellationToken);

    /// <summary>As the other, for a caller that has waited elsewhere: <see cref="TokenBucketOptions.MaxQueueTime"/> is for both waits.</summary>
    public Task<Admission> TakeAsync(long now, in PermitCost cost, long deadline, TimeSpan waited, CancellationToken cancellationToken)
        => cost.IsNothing ? Task.FromResult(default(Admission)) : Queue.EnterAsync(new(Pacing, now, cost, deadline, waited), cancellationToken);

    /// <summary>How long a caller that joins the queue now would have to wait.</summary>
    public TimeSpan WaitFor(long now, in PermitCost cost) => Pacing.Span(SlotBehindAll(cost) - now);

    /// <summary>Goes by the options in force.</summary>
    public virtual void FollowOptions(long now) => Adopt(now);

    /// <summary>Has all who wait go by the options in force, those too who wait to get to it.</summary>
    public void HaveAllFollowOptions(long now)
    {
        foreach (var gate in Gates)
            gate.FollowOptions(now);
        FollowOptions(now);
    }

    /// <summary>Rejects all waiters.</summary>
    public void Dismiss() => _queue?.Dismiss();

    protected override void OnChanged(long now)
    {
        _queue?.Review(now);
        _queue?.Background?.Adopt(now);
    }
}
