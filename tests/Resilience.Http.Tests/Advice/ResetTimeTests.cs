namespace Resilience.Http.Tests;

public sealed class ResetTimeTests
{
    [Theory]
    [InlineData("1795262460", 60)]
    [InlineData("1795262460.5", 60.5)]
    [InlineData("1795262460000", 60)]
    [InlineData("60", 60)]
    [InlineData("12.5", 12.5)]
    [InlineData("0", 0)]
    [InlineData("999999999", 999_999_999)]
    [InlineData("2026-11-21T12:01:00Z", 60)]
    [InlineData("2026-11-21T12:01Z", 60)]
    [InlineData("2026-11-21T13:01:00+01:00", 60)]
    [InlineData("2026-11-21T12:00:00.5Z", 0.5)]
    [InlineData("1s", 1)]
    [InlineData("6m0s", 360)]
    [InlineData("1795262340", 0)]
    [InlineData("2026-11-21T11:59Z", 0)]
    [InlineData("1000000000", 0)]
    [InlineData("1000000000000", 0)]
    public void Reads_every_form(string value, double seconds)
        => ResetTime.Parse(value, Answers.Noon.GetUtcNow()).Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Reads_the_last_instant_there_is()
        => ResetTime.Parse("253402300799000", DateTimeOffset.FromUnixTimeSeconds(253_402_300_798)).Should().Be(TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData("Tue Feb 16 2021 09:02:42 GMT+0100 (Central European Standard Time)")]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("")]
    [InlineData("100000000000")]
    [InlineData("253402300800")]
    [InlineData("253402300800000")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("2026-11-21")]
    [InlineData("2026-13-21T12:01Z")]
    public void Refuses_anything_else(string value) => ResetTime.Parse(value, Answers.Noon.GetUtcNow()).Should().BeNull();
}
