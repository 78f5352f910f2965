using System.Text.Json;

namespace Resilience.Http.Tests;

public sealed class BodyDelayTests
{
    [Theory]
    [InlineData("0", 0d)]
    [InlineData("0.65", 0.65)]
    [InlineData("5e-1", 0.5)]
    [InlineData("-1", null)]
    [InlineData("1e300", null)]
    [InlineData("\"1\"", null)]
    [InlineData("null", null)]
    public void Takes_seconds_only_as_a_number(string json, double? seconds)
        => (BodyDelay.Seconds(Element(json))?.TotalSeconds).Should().Be(seconds);

    [Theory]
    [InlineData("\"0s\"", 0d)]
    [InlineData("\"0.250s\"", 0.25)]
    [InlineData("\"3.5\"", null)]
    [InlineData("\"-1s\"", null)]
    [InlineData("\"1e3s\"", null)]
    [InlineData("\"s\"", null)]
    [InlineData("3", null)]
    public void Takes_a_duration_only_with_its_unit(string json, double? seconds)
        => (BodyDelay.Duration(Element(json))?.TotalSeconds).Should().Be(seconds);

    [Fact]
    public void Takes_what_never_ends_for_the_longest_wait_there_is()
    {
        BodyDelay.Seconds(Element("1e15")).Should().Be(TimeSpan.MaxValue);
        BodyDelay.Duration(Element("\"99999999999999999999999999999999s\"")).Should().Be(TimeSpan.MaxValue);
    }

    private static JsonElement Element(string json) => JsonElement.Parse(json);
}
