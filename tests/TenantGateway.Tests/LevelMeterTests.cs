namespace TenantGateway.Tests;

public sealed class LevelMeterTests
{
    private static readonly Plan TenASecond = new(10, TimeSpan.FromSeconds(1), 5);

    [Fact]
    public void A_burst_and_the_rate_after_it_are_within_the_limit()
    {
        var meter = new LevelMeter(TenASecond, 0);

        foreach (var at in Enumerable.Repeat(0L, 5).Concat(Enumerable.Range(1, 100).Select(number => number * 100L)))
            meter.Arrive(at);

        meter.MostAhead.Should().BeApproximately(0, 1e-6);
    }

    [Fact]
    public void Finds_the_interval_in_which_there_were_most()
    {
        var meter = new LevelMeter(TenASecond, 0);

        foreach (var at in Enumerable.Repeat(10_000L, 7).Append(60_000))
            meter.Arrive(at);

        meter.MostAhead.Should().BeApproximately(0.2, 1e-6);
    }

    [Fact]
    public void Another_plan_keeps_the_part_that_is_used()
    {
        var meter = new LevelMeter(TenASecond, 0);
        foreach (var at in Enumerable.Repeat(0L, 5))
            meter.Arrive(at);

        meter.Change(new(100, TimeSpan.FromSeconds(1), 50), 0);
        meter.Arrive(0);

        meter.MostAhead.Should().BeApproximately(0.01, 1e-6);
    }
}
