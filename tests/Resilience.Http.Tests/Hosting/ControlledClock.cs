namespace Resilience.Http.Tests;

/// <summary>
/// A clock that stands still until it is advanced. Due timers fire inside <see cref="Advance"/>, earliest first, while the
/// clock shows their due time; a timer that is due at once fires on the thread pool, as it does in life. Thread-safe.
/// </summary>
internal sealed class ControlledClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ControlledTimer> _pending = [];
    private readonly List<TimeSpan> _waits = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = Start;

    /// <summary>A Saturday noon.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Whether the clock jumps to a timer's due time as soon as the timer is armed, so that no wait takes time.</summary>
    public bool AutoAdvance { get; init; }

    /// <summary>Longer waits are not jumped over: a backoff can end at once while a timeout stays pending.</summary>
    public TimeSpan LongestAutoAdvance { get; init; } = TimeSpan.MaxValue;

    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    /// <summary>The due times asked for so far, in order; infinite ones are no waits.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
                return [.. _waits];
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ControlledTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(Now + by);
    }

    /// <summary>Waits until a timer is pending, and gives the time left until the next one is due.</summary>
    public async Task<TimeSpan> WaitForTimerAsync(CancellationToken cancellationToken) => (await WaitForTimersAsync(1, cancellationToken))[0];

    /// <summary>Waits until so many timers are pending at once, and gives the time left of each, the next one first.</summary>
    public async Task<IReadOnlyList<TimeSpan>> WaitForTimersAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task armed;
            lock (_lock)
            {
                if (_pending.Count >= count)
                    return [.. _pending.Select(timer => timer.Due - _now).Order()];
                armed = _armed.Task;
            }

            await armed.WaitAsync(cancellationToken);
        }
    }

    internal void Arm(ControlledTimer timer, TimeSpan dueTime)
    {
        DateTimeOffset due;
        lock (_lock)
        {
            _pending.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;

            timer.Due = due = _now + dueTime;
            _pending.Add(timer);
            _waits.Add(dueTime);
            _armed.SetResult();
            _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (dueTime == TimeSpan.Zero || (AutoAdvance && dueTime <= LongestAutoAdvance))
            ThreadPool.QueueUserWorkItem(AdvanceTo, due, preferLocal: false);
    }

    internal void Disarm(ControlledTimer timer)
    {
        lock (_lock)
            _pending.Remove(timer);
    }

    private void AdvanceTo(DateTimeOffset end)
    {
        while (TakeDue(end) is { } due)
            due.Fire();
    }

    private ControlledTimer? TakeDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _pending.MinBy(timer => timer.Due);
            if (next is null || next.Due > end)
            {
                _now = Later(end);
                return null;
            }

            _now = Later(next.Due);
            if (next.IsPeriodic)
                next.Due += next.Period;
            else
                _pending.Remove(next);
            return next;
        }
    }

    private DateTimeOffset Later(DateTimeOffset instant) => instant > _now ? instant : _now;
}
