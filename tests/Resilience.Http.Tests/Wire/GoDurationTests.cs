using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1s", 1)]
    [InlineData("6m0s", 360)]
    [InlineData("12ms", 0.012)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("250us", 0.00025)]
    [InlineData("250µs", 0.00025)]
    [InlineData("900ns", 0.0000009)]
    public void Reads_numbers_with_units(string text, double seconds)
        => GoDuration.Parse(text).Should().Be(TimeSpan.FromTicks((long)((decimal)seconds * TimeSpan.TicksPerSecond)));

    [Theory]
    [InlineData("")]
    [InlineData("60")]
    [InlineData("s")]
    [InlineData("6m 0s")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("1.s")]
    [InlineData("1s2")]
    [InlineData(" 1s")]
    public void Refuses_anything_else(string text) => GoDuration.Parse(text).Should().BeNull();

    [Theory]
    [InlineData("99999999999999999999h")]
    [InlineData("256204778h256204778h256204778h256204778h")]
    public void Saturates(string text) => GoDuration.Parse(text).Should().Be(TimeSpan.MaxValue);

    /// <summary>A server does not decide how much is computed.</summary>
    [Fact]
    public void Reads_64_characters_at_most()
    {
        GoDuration.Parse(string.Concat(Enumerable.Repeat("1s", 32))).Should().Be(TimeSpan.FromSeconds(32));
        GoDuration.Parse(string.Concat(Enumerable.Repeat("1s", 32)) + "1s").Should().BeNull();
    }

    [Fact]
    public void Never_throws()
        => Prop.ForAll(
            Gen.ListOf(Gen.Elements("1", "9999999999999999999999", ".", "h", "m", "s", "ns", "µ", " ", "-")).Select(string.Concat).ToArbitrary(),
            text => GoDuration.Parse(text) is null or { Ticks: >= 0 } && ResetTime.Parse(text, Answers.Noon.GetUtcNow()) is null or { Ticks: >= 0 }).QuickCheckThrowOnFailure();
}
