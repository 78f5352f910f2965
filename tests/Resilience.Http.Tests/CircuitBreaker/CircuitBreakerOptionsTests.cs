namespace Resilience.Http.Tests;

public sealed class CircuitBreakerOptionsTests
{
    [Fact]
    public void Defaults_are_valid()
    {
        Validate(new()).Should().BeNull();
    }

    [Fact]
    public void Refuse_a_break_longer_than_its_bound()
    {
        var failure = Validate(new() { BreakDuration = TimeSpan.FromSeconds(90) });

        failure.Should().Contain("BreakDuration: must not exceed MaxBreakDuration, but is 00:01:30 and MaxBreakDuration is 00:01:00.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Refuse_a_ratio_out_of_bounds(double ratio)
    {
        Validate(new() { FailureRatio = ratio }).Should().Contain("FailureRatio: must be from 0.01 to 1");
    }

    [Fact]
    public void Refuse_every_number_below_its_bound()
    {
        var failure = Validate(new() { MinimumCalls = 0, Probes = 0, ConsecutiveFailures = 0, MaxPartitions = 0 });

        failure.Should().ContainAll("MinimumCalls", "Probes", "ConsecutiveFailures", "MaxPartitions");
    }

    private static string? Validate(CircuitBreakerOptions options) => new CircuitBreakerOptionsValidator().Validate(null, options).FailureMessage;
}
