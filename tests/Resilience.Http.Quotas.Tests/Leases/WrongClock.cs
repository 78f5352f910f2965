namespace Resilience.Http.Quotas.Tests;

/// <summary>A clock that goes as another one does and shows another time.</summary>
internal sealed class WrongClock(TimeProvider right, TimeSpan off) : TimeProvider
{
    public override long TimestampFrequency => right.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + off;

    public override long GetTimestamp() => right.GetTimestamp() + (long)(off.TotalSeconds * right.TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => right.CreateTimer(callback, state, dueTime, period);
}
