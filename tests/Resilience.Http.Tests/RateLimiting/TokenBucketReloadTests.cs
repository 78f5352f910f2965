namespace Resilience.Http.Tests;

public sealed class TokenBucketReloadTests
{
    [Theory]
    [InlineData(10, 10)]
    [InlineData(1000, 10)]
    [InlineData(0.1, 10)]
    [InlineData(10, 100)]
    public void Keeps_an_empty_bucket_empty(double rate, int burst)
    {
        var test = new BucketUnderTest(rate: 10, burst: 10);
        test.TakeAll();

        test.Reload(rate, burst);

        test.TakeAll().Should().Be(0);
        test.Advance(1 / rate);
        test.TakeAll().Should().Be(1);
    }

    [Theory]
    [InlineData(10, 6)]
    [InlineData(100, 60)]
    [InlineData(4, 2)]
    public void Keeps_the_permits_in_proportion_to_the_burst(int burst, int kept)
    {
        var test = new BucketUnderTest(rate: 10, burst: 10);
        test.Take(4);

        test.Reload(rate: 1000, burst);

        test.TakeAll().Should().Be(kept);
    }

    [Fact]
    public void Keeps_a_pause()
    {
        var test = new BucketUnderTest(rate: 10, burst: 10);
        test.Pause(5);

        test.Reload(rate: 1000, burst: 100);
        test.Take().Should().BeFalse();
        test.Advance(4.999);
        test.Take().Should().BeFalse();
        test.Advance(0.001);

        test.TakeAll().Should().Be(1);
    }

    [Fact]
    public async Task Serves_those_who_wait_at_the_new_rate()
    {
        var test = new BucketUnderTest(rate: 10);
        test.Take();
        var (first, second) = (test.WaitAsync(), test.WaitAsync());

        test.Reload(rate: 100, burst: 1);
        test.Take().Should().BeFalse();
        test.Advance(0.02);

        (await first).Wait.Should().Be(TimeSpan.FromSeconds(0.01));
        (await second).Wait.Should().Be(TimeSpan.FromSeconds(0.02));
    }

    [Fact]
    public async Task Refuses_those_who_wait_and_would_now_be_too_late()
    {
        var test = new BucketUnderTest(rate: 10);
        test.Take();
        var waiting = test.WaitAsync(within: 1);

        test.Reload(rate: 0.5, burst: 1);
        test.Take().Should().BeFalse();

        (await waiting).Should().Be(new Admission(RateLimitReason.WouldMissDeadline, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task Serves_a_request_for_more_than_the_new_burst_when_the_bucket_is_full()
    {
        var test = new BucketUnderTest(rate: 10, burst: 10);
        test.TakeAll();
        var waiting = test.WaitAsync(permits: 10);

        test.Reload(rate: 10, burst: 2);
        test.Advance(1.1);

        (await waiting).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task Lets_those_go_on_who_wait_for_a_limit_that_is_gone()
    {
        var clock = new VirtualClock();
        var options = new Live<TokenBucketOptions>(new() { PermitsPerSecond = 10, MaxQueueTime = TimeSpan.FromDays(1), Limits = { ["day"] = new(1, TimeSpan.FromDays(1)) } });
        var bucket = new TokenBucket(default, new(options, clock));
        var cost = bucket.CostOf(1, clock.GetTimestamp());
        bucket.TryTake(clock.GetTimestamp(), cost);
        var waiting = bucket.TakeAsync(clock.GetTimestamp(), cost, long.MaxValue, TestContext.Current.CancellationToken);

        options.Replace(new() { PermitsPerSecond = 10 });
        bucket.Adopt(clock.GetTimestamp());

        bucket.Waiting.Should().Be(0);
        (await waiting).Should().Be(default(Admission));
    }
}
