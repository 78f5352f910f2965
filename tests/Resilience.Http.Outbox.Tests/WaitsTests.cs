namespace Resilience.Http.Outbox.Tests;

/// <summary>How long a kept call waits before its next try.</summary>
public sealed class WaitsTests
{
    private static readonly OutboxOptions Options = new() { BaseDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(60) };

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(1, 0.5, 1.5)]
    [InlineData(2, 0, 2)]
    [InlineData(4, 0, 8)]
    [InlineData(6, 0, 30)]
    [InlineData(1000, 0, 30)]
    [InlineData(1000, 0.99, 59.7)]
    public void Doubles_up_to_a_bound_and_is_spread_over_the_upper_half(int tries, double chance, double seconds)
        => Waits.After(tries, advised: null, Options, chance).TotalSeconds.Should().BeApproximately(seconds, 0.001);

    [Theory]
    [InlineData(3600, 3600)]
    [InlineData(1, 30)]
    [InlineData(0, 30)]
    [InlineData(-1, 30)]
    public void Is_never_shorter_than_the_server_asks(int advised, double seconds)
        => Waits.After(tries: 10, TimeSpan.FromSeconds(advised), Options, chance: 0).TotalSeconds.Should().BeApproximately(seconds, 0.001);

    [Fact]
    public void Does_not_bring_together_those_who_were_asked_the_same()
        => Waits.After(tries: 1, TimeSpan.FromHours(1), Options, chance: 0.5).Should().Be(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(500));
}
