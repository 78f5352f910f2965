using Microsoft.Extensions.Time.Testing;

namespace Resilience.Http.Testing;

/// <summary>
/// A clock that stands still until it is advanced. Due timers fire one after the other, earliest first, on the thread that advances the clock, while
/// it shows the time that they were due; a timer that is due at once fires on the thread pool, as it does in life. Safe for concurrent use.
/// </summary>
public sealed partial class VirtualClock : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<VirtualTimer> _armed = [];
    private readonly List<TimeSpan> _waits = [];
    private readonly ITimer _alarm;

    /// <summary>A clock that shows noon of Saturday, 21 November 2026, UTC.</summary>
    public VirtualClock()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>A clock that shows this time.</summary>
    /// <param name="start">The time at the start.</param>
    public VirtualClock(DateTimeOffset start)
        : base(start)
    {
        _alarm = base.CreateTimer(_ => OnBaseAdvanced(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Activity.Flow.IsFollowed = true;
    }

    /// <summary>
    /// The longest wait that the clock jumps over by itself, as soon as a timer is armed for it. The default is zero: it stands still. A wait for bytes of
    /// a real socket takes no time either then, so choose less than the timeouts.
    /// </summary>
    public TimeSpan LongestJump { get; init; }

    /// <summary>What every timer was armed for, in order: the waits and timeouts of everything that runs on the clock.</summary>
    public IReadOnlyList<TimeSpan> Timers
    {
        get
        {
            lock (_lock)
                return [.. _waits];
        }
    }

    /// <summary>The time left until each armed timer is due, the next one first.</summary>
    public IReadOnlyList<TimeSpan> Pending
    {
        get
        {
            lock (_lock)
                return [.. _armed.Select(timer => timer.Due - GetUtcNow()).Order()];
        }
    }

    internal ClockActivity Activity { get; } = new();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Activity.Flow.IsFollowed = true;
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass, and fires what is due meanwhile.</summary>
    /// <param name="by">How much time; zero or more.</param>
    public new void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(GetUtcNow() + by);
    }

    /// <summary>Lets time pass until the clock shows this time, and fires what is due meanwhile.</summary>
    /// <param name="value">The time; not before the clock's.</param>
    public new void SetUtcNow(DateTimeOffset value) => Advance(value - GetUtcNow());

    /// <summary>Fires the timer that is due next, and no other.</summary>
    /// <returns>How long it took; null if no timer is armed.</returns>
    public TimeSpan? AdvanceToNextTimer()
    {
        var before = GetUtcNow();
        if (TakeDue(DateTimeOffset.MaxValue) is not { } next)
            return null;

        next.Fire();
        return GetUtcNow() - before;
    }
}
