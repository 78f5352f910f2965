namespace Resilience.Http;

/// <summary>
/// A token that is cancelled when a time is up or when the caller's token is. What made it end is told by its state, because inner handlers
/// link tokens and hand back others. Can be started again and again: the timer behind it is left to run from one use to the next and is set
/// anew only if it would ring too late, since most uses end long before their time is up and setting it costs more than all the rest.
/// </summary>
internal sealed class LinkedTimer : IDisposable
{
    private const long Expired = long.MinValue;
    private const long Stopped = long.MinValue + 1;
    private const long Never = long.MaxValue;

    private readonly CancellationTokenSource _source = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private CancellationTokenRegistration _link;
    private long _allowedInUnits;
    private long _latest;
    private CancellationToken _caller;
    private long _until = Stopped;
    private long _rings = Never;

    public LinkedTimer(TimeProvider time)
    {
        _time = time;
        // One timer serves many calls; it must not carry the context of the first.
        using (ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static timer => ((LinkedTimer)timer!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    public bool HasExpired => Volatile.Read(ref _until) == Expired && !_caller.IsCancellationRequested;

    public TimeSpan Allowed { get; private set; }

    /// <summary>Whether it ends earlier than what it was allowed.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>One that is started now, and is to be disposed.</summary>
    public static LinkedTimer StartNew(TimeSpan timeout, TimeProvider time, CancellationToken caller)
    {
        var timer = new LinkedTimer(time);
        timer.Start(timeout, time.GetTimestamp(), latest: long.MaxValue, caller);
        return timer;
    }

    /// <param name="timeout">The time, counted from <paramref name="now"/>.</param>
    /// <param name="now">A timestamp.</param>
    /// <param name="latest">The timestamp at which the time is up in any case.</param>
    /// <param name="caller">Cancels the token too.</param>
    public CancellationToken Start(TimeSpan timeout, long now, long latest, CancellationToken caller)
    {
        if (timeout != Allowed)
            (Allowed, _allowedInUnits) = (timeout, _time.ToTimestampUnits(timeout));
        (_caller, _latest) = (caller, latest);
        var until = now + _allowedInUnits;
        IsCutShort = latest <= until;
        if (IsCutShort)
            until = latest;
        // A full fence: either this sees that the timer has rung, or the timer sees until when it has to run now.
        Interlocked.Exchange(ref _until, until);
        if (Volatile.Read(ref _rings) > until)
            Set();
        _link = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        return Token;
    }

    /// <summary>Stops counting, so that only the latest time ends it, until <see cref="Resume"/> begins anew.</summary>
    public void Hold() => Move(_latest, isCutShort: true);

    public void Resume(long now) => Move(Math.Min(now + _allowedInUnits, _latest), isCutShort: _latest <= now + _allowedInUnits);

    /// <returns>Whether it can be started again; else it has been disposed.</returns>
    public bool TryStop()
    {
        _link.Dispose();
        (_link, _caller) = (default, default);
        // An expired source is left to the garbage collector: its cancellation may still be under way.
        var hasExpired = Interlocked.Exchange(ref _until, Stopped) == Expired;
        if (!hasExpired && !_source.IsCancellationRequested && _source.TryReset())
            return true;

        _timer.Dispose();
        if (!hasExpired)
            _source.Dispose();
        return false;
    }

    /// <summary>Leaves the token to handlers that may still use it: nothing cancels it any more, and it is not used again. To be called once.</summary>
    public void Abandon()
    {
        _link.Dispose();
        Interlocked.Exchange(ref _until, Stopped);
        _timer.Dispose();
    }

    /// <summary>A failure as the caller of whatever this bounds knows it: its cancellation carries its own token.</summary>
    public Exception WithCallersToken(Exception failure)
        => failure is OperationCanceledException e && _caller.IsCancellationRequested && e.CancellationToken != _caller
            ? new OperationCanceledException(e.Message, e, _caller)
            : failure;

    /// <summary>To be called once.</summary>
    public void Dispose()
    {
        if (TryStop())
        {
            _timer.Dispose();
            _source.Dispose();
        }
    }

    private void Move(long until, bool isCutShort)
    {
        if (Volatile.Read(ref _until) is var seen && (seen <= Stopped || Interlocked.CompareExchange(ref _until, until, seen) != seen))
            return;

        IsCutShort = isCutShort;
        if (Volatile.Read(ref _rings) > until)
            Set();
    }

    private void Ring()
    {
        Interlocked.Exchange(ref _rings, Never);
        var until = Volatile.Read(ref _until);
        if (until > _time.GetTimestamp())
            Set();
        else if (until > Stopped && Interlocked.CompareExchange(ref _until, Expired, until) == until)
            _source.Cancel();
    }

    private void Set()
    {
        lock (_lock)
        {
            var until = Volatile.Read(ref _until);
            if (until <= Stopped || until >= _rings)
                return;

            // Timers count whole milliseconds; rounding down would ring for nothing.
            var due = Math.Ceiling(_time.GetElapsedTime(_time.GetTimestamp(), until).TotalMilliseconds);
            Volatile.Write(ref _rings, until);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(due, 0)), Timeout.InfiniteTimeSpan);
        }
    }
}
