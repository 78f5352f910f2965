namespace Resilience.Http.Tests;

public sealed class TimestampUnitsTests
{
    [Theory]
    [InlineData(1_000, long.MinValue, -922_337_203_685_477)]
    [InlineData(10_000_000, long.MinValue, long.MinValue)]
    [InlineData(1_000_000_000, long.MinValue, long.MinValue)]
    [InlineData(1_000_000_000, long.MaxValue, long.MaxValue)]
    [InlineData(1_000_000_000, -3, -300)]
    [InlineData(3_000_000, 10_000_000, 3_000_000)]
    public void Hold_every_span(long frequency, long ticks, long units)
        => new Clock(frequency).ToTimestampUnits(TimeSpan.FromTicks(ticks)).Should().Be(units);

    private sealed class Clock(long frequency) : TimeProvider
    {
        public override long TimestampFrequency => frequency;
    }
}
