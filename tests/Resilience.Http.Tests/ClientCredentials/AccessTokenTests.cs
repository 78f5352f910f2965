namespace Resilience.Http.Tests;

public sealed class AccessTokenTests
{
    [Theory]
    [InlineData(3600, 0, 3240)]
    [InlineData(3600, 1, 3168)]
    [InlineData(300, 0, 270)]
    [InlineData(120, 0, 90)]
    [InlineData(60, 0, 30)]
    [InlineData(60, 1, 30)]
    [InlineData(10, 0, 5)]
    [InlineData(0, 0, 0)]
    [InlineData(-1, 0, 0)]
    public void Is_renewed_a_tenth_of_its_life_or_half_a_minute_before_its_end(double lifetime, double chance, long renewedAfter)
        => new AccessToken("token", lifetime, requestedAt: 1000, chance, frequency: 1).RenewAt.Should().Be(1000 + renewedAfter);

    [Theory]
    [InlineData(3600.0, 4600)]
    [InlineData(1e15, 315_361_000)]
    [InlineData(null, long.MaxValue)]
    public void Expires_as_the_server_says(double? lifetime, long end)
        => new AccessToken("token", lifetime, requestedAt: 1000, chance: 0.5, frequency: 1).ExpiresAt.Should().Be(end);
}
