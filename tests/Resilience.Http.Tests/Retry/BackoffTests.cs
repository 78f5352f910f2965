using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class BackoffTests
{
    private static readonly TimeSpan Base = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(20);

    private static readonly Gen<TimeSpan> Durations = Gen.OneOf(
        Gen.Choose(0, 10).Select(ticks => TimeSpan.FromTicks(ticks)),
        Gen.Choose(0, int.MaxValue).Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)),
        Gen.Choose(0, 10).Select(ticks => TimeSpan.FromTicks(long.MaxValue - ticks)));

    [Theory]
    [InlineData(1, 250)]
    [InlineData(2, 500)]
    [InlineData(3, 1_000)]
    [InlineData(7, 16_000)]
    [InlineData(8, 20_000)]
    [InlineData(63, 20_000)]
    [InlineData(64, 20_000)]
    [InlineData(65, 20_000)]
    [InlineData(int.MaxValue, 20_000)]
    public void Doubles_up_to_the_cap(int retry, int milliseconds)
        => Backoff(Jitter.None).Delay(retry, TimeSpan.Zero).Should().Be(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(1)]
    [InlineData(65)]
    [InlineData(int.MaxValue)]
    public void Never_waits_when_the_base_is_zero(int retry)
        => new Backoff(TimeSpan.Zero, Cap, Jitter.None, new Chance(1).NextDouble).Delay(retry, TimeSpan.Zero).Should().Be(TimeSpan.Zero);

    [Theory]
    [InlineData(Jitter.Equal, 500, 1_000)]
    [InlineData(Jitter.Full, 0, 1_000)]
    [InlineData(Jitter.Decorrelated, 250, 1_500)]
    public void Spreads_evenly_over_the_whole_range(Jitter jitter, int least, int most)
    {
        var delays = Sample(jitter, retry: 3, previous: TimeSpan.FromMilliseconds(500));

        delays.Min().Should().BeInRange(least, least + (0.01 * (most - least)));
        delays.Max().Should().BeInRange(most - (0.01 * (most - least)), most);
        delays.Average().Should().BeApproximately((least + most) / 2.0, 0.02 * (most - least));
    }

    [Theory]
    [InlineData(Jitter.Equal, 10_000)]
    [InlineData(Jitter.Full, 0)]
    [InlineData(Jitter.Decorrelated, 250)]
    public void Keeps_jitter_at_the_cap(Jitter jitter, int least)
    {
        var delays = Sample(jitter, retry: int.MaxValue, previous: Cap);

        delays.Min().Should().BeInRange(least, least + 200);
        delays.Max().Should().BeInRange(19_800, 20_000);
        delays.Count(delay => delay > 19_900).Should().BeLessThan(200);
    }

    [Fact]
    public void Decorrelates_from_the_base_before_the_first_retry()
    {
        var delays = Sample(Jitter.Decorrelated, retry: 1, previous: TimeSpan.Zero);

        delays.Min().Should().BeInRange(250, 255);
        delays.Max().Should().BeInRange(745, 750);
    }

    [Fact]
    public void Stays_between_zero_and_the_cap_whatever_it_is_given()
    {
        var cases =
            from baseDelay in Durations
            from maxDelay in Durations
            from previous in Durations
            from retry in Gen.OneOf(Gen.Choose(1, 70), Gen.Choose(1, int.MaxValue))
            from jitter in Gen.Elements(Enum.GetValues<Jitter>())
            select (Backoff: new Backoff(baseDelay, maxDelay, jitter, new Chance(retry).NextDouble), Retry: retry, Previous: previous);

        Prop.ForAll(cases.ToArbitrary(), one => one.Backoff.Delay(one.Retry, one.Previous) is { Ticks: >= 0 } delay && delay <= one.Backoff.MaxDelay)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2_000, 2_200)]
    [InlineData(10_000, 11_000)]
    [InlineData(60_000, 61_000)]
    public void Adds_to_advice_a_tenth_or_a_second_at_most(int advised, int most)
    {
        var backoff = Backoff(Jitter.Full);

        var delays = Enumerable.Range(0, 10_000).Select(_ => backoff.FromAdvice(TimeSpan.FromMilliseconds(advised)).TotalMilliseconds).ToList();

        delays.Min().Should().BeInRange(advised, advised + (0.01 * (most - advised)));
        delays.Max().Should().BeInRange(most - (0.01 * (most - advised)), most);
    }

    [Fact]
    public void Never_returns_before_the_advised_time_or_overflows()
    {
        var ticks = Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(some => (long)some), Gen.Choose(0, int.MaxValue).Select(some => long.MaxValue - some));

        Prop.ForAll(ticks.ToArbitrary(), advised => Backoff(Jitter.Full).FromAdvice(TimeSpan.FromTicks(advised)).Ticks >= advised).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Obeys_advice_to_the_tick_without_jitter()
        => Backoff(Jitter.None).FromAdvice(Cap).Should().Be(Cap);

    private static Backoff Backoff(Jitter jitter) => new(Base, Cap, jitter, new Chance(1).NextDouble);

    private static List<double> Sample(Jitter jitter, int retry, TimeSpan previous)
    {
        var backoff = Backoff(jitter);
        return [.. Enumerable.Range(0, 10_000).Select(_ => backoff.Delay(retry, previous).TotalMilliseconds)];
    }
}
