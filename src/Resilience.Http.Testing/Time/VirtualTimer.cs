namespace Resilience.Http.Testing;

internal sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
{
    // What the timers of the system accept.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private volatile bool _isDisposed;

    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; private set; }

    public bool IsPeriodic => Period > TimeSpan.Zero;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dueTime, Longest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, Longest);
        if (_isDisposed)
            return false;

        Period = period;
        clock.Arm(this, dueTime);
        return true;
    }

    public void Fire()
    {
        if (!_isDisposed)
            callback(state);
    }

    public void Dispose()
    {
        _isDisposed = true;
        clock.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
