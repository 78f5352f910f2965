namespace Resilience.Http.Outbox.Tests;

/// <summary>The system's clock, moved. Timers are the system's.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private TimeSpan _wall;
    private TimeSpan _passed;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _wall;

    public override long GetTimestamp() => System.GetTimestamp() + (_passed.Ticks * (TimestampFrequency / TimeSpan.TicksPerSecond));

    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by) => (_wall, _passed) = (_wall + by, _passed + by);

    /// <summary>Sets the clock on the wall, forward or back, without time passing.</summary>
    public void Set(TimeSpan by) => _wall += by;
}
