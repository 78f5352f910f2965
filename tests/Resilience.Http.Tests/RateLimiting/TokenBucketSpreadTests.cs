using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenBucketSpreadTests
{
    [Theory]
    [InlineData(10, 60)]
    [InlineData(4, 6)]
    [InlineData(1, 100)]
    public void Makes_what_is_left_last_until_the_reset(int left, int seconds)
    {
        var test = new BucketUnderTest();
        test.TakeAll();

        Spread(test, left, seconds);

        Enumerable.Range(0, seconds * 10).Count(_ => TakeAfter(test, 0.1)).Should().Be(left);
    }

    [Fact]
    public void Counts_the_permits_in_the_bucket_as_used()
    {
        var test = new BucketUnderTest(rate: 10, burst: 5);

        Spread(test, left: 10, seconds: 60);

        test.TakeAll().Should().Be(5);
        Enumerable.Range(0, 60).Count(_ => TakeAfter(test, 1)).Should().Be(5);
    }

    [Fact]
    public void Goes_back_to_its_own_pace_at_the_reset()
    {
        var test = new BucketUnderTest(rate: 10, burst: 5);
        test.TakeAll();
        Spread(test, left: 1, seconds: 60);

        test.Advance(60);
        test.TakeAll();
        test.Advance(0.5);

        test.TakeAll().Should().Be(5);
    }

    [Fact]
    public void Goes_back_to_its_own_pace_when_the_server_gives_more()
    {
        var test = new BucketUnderTest();
        Spread(test, left: 2, seconds: 60);

        Spread(test, left: 6000, seconds: 60);
        test.TakeAll();

        TakeAfter(test, 0.1).Should().BeTrue();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Happens_only_if_asked_for(bool spreads, bool isFree)
    {
        using var upstream = new ScriptedUpstream((_, _) => Answers.With(200, "x-ratelimit-remaining: 2|x-ratelimit-reset: 60"));
        using var host = new TestHost(
            client => client.AddRetry().AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.SpreadServerQuota) = (10, 1, spreads)), primary: upstream, clock: new());
        using var response = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var rejected = await Record.ExceptionAsync(() => host.Client.GetAsync("/", TestContext.Current.CancellationToken));

        (rejected as RateLimitedException)?.Reason.Should().Be(RateLimitReason.QueueTimeTooLong);
        (rejected is null).Should().Be(isFree);
    }

    [Fact]
    public async Task Is_no_switch_by_which_one_answer_stops_the_client_for_long()
    {
        using var upstream = new ScriptedUpstream((_, _) => Answers.With(200, "RateLimit: \"x\";r=1;t=999999"));
        using var host = new TestHost(
            client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.SpreadServerQuota) = (10, 1, true)), primary: upstream, clock: new());
        await host.GetAsync();

        host.Clock.Advance(TimeSpan.FromMinutes(1));

        (await host.GetAsync()).Should().Be(200);
    }

    private static void Spread(BucketUnderTest test, int left, int seconds)
        => test.Bucket.Spread(left, test.Now + TimeSpan.FromSeconds(seconds).Ticks, TimeSpan.FromHours(1).Ticks);

    private static bool TakeAfter(BucketUnderTest test, double seconds)
    {
        test.Advance(seconds);
        return test.Take();
    }
}
