namespace Resilience.Http.Tests;

/// <summary>A clock whose only timer fires when the test says so, however late. Ticks are those of <see cref="TimeSpan"/>.</summary>
internal sealed class StallingClock : TimeProvider
{
    private Action? _callback;
    private long _due;

    public long Now { get; set; } = 1_000_000_000;

    public bool HasTimer => _callback is not null;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        HasTimer.Should().BeFalse();
        (_callback, _due) = (() => callback(state), Now + dueTime.Ticks);
        return new OnlyTimer(this);
    }

    public void FireIfDue()
    {
        if (_due <= Now)
            _callback?.Invoke();
    }

    private sealed class OnlyTimer(StallingClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock._due = clock.Now + dueTime.Ticks;
            return true;
        }

        public void Dispose() => clock._callback = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
