namespace Resilience.Http.Tests;

public sealed class TokenBucketPauseTests
{
    [Fact]
    public void Grants_nothing_until_its_end_and_then_at_the_rate_without_a_burst()
    {
        var test = new BucketUnderTest(rate: 10, burst: 5);

        test.Pause(2);
        test.Advance(1.9999999);
        test.TakeAll().Should().Be(0);
        test.Advance(0.0000001);

        test.TakeAll().Should().Be(1);
        test.Advance(0.1);
        test.TakeAll().Should().Be(1);
    }

    [Fact]
    public void Is_not_shortened_by_a_shorter_one()
    {
        var test = new BucketUnderTest();

        test.Pause(5);
        test.Pause(1);
        test.Advance(4);

        test.Take().Should().BeFalse();
        test.Bucket.PausedUntil.Should().Be(test.Clock.GetUtcNow().AddSeconds(1));
    }

    [Fact]
    public void Changes_nothing_when_it_lies_in_the_past()
    {
        var test = new BucketUnderTest(burst: 5);

        test.Bucket.Pause(test.Now).Should().BeFalse();
        test.Bucket.Pause(test.Now - 3).Should().BeFalse();

        test.Bucket.PausedUntil.Should().BeNull();
        test.TakeAll().Should().Be(5);
    }

    [Fact]
    public void Ends_only_if_there_is_one()
    {
        var test = new BucketUnderTest(burst: 5);
        test.TakeAll();

        test.Bucket.EndPause();

        test.TakeAll().Should().Be(0);
    }

    [Fact]
    public void Bears_hostile_values()
    {
        var test = new BucketUnderTest(burst: 5);

        test.Bucket.Pause(long.MaxValue);
        test.Bucket.Pause(long.MinValue);

        test.Take().Should().BeFalse();
        test.Bucket.RetentionAt(test.Now).Should().NotBe(Retention.None);
        test.Bucket.WaitFor(test.Now, new(1)).Should().BeGreaterThan(TimeSpan.FromDays(365));
    }

    [Fact]
    public async Task Makes_those_who_wait_wait_longer()
    {
        var test = new BucketUnderTest();
        test.Take();
        var (first, second) = (test.WaitAsync(), test.WaitAsync());

        test.Pause(3);
        test.Advance(3.1);

        (await first).Wait.Should().Be(TimeSpan.FromSeconds(3));
        (await second).Wait.Should().Be(TimeSpan.FromSeconds(3.1));
    }

    [Fact]
    public async Task Refuses_those_who_wait_and_would_now_be_too_late()
    {
        var test = new BucketUnderTest();
        test.Take();
        var (hasty, patient, last) = (test.WaitAsync(within: 2), test.WaitAsync(within: 3), test.WaitAsync(within: 3.05));

        test.Pause(3);
        test.Advance(3);

        (await hasty).Should().Be(new Admission(RateLimitReason.PausedByServer, TimeSpan.FromSeconds(3)));
        (await patient).Should().Be(new Admission(null, TimeSpan.FromSeconds(3)));
        (await last).Should().Be(new Admission(RateLimitReason.PausedByServer, TimeSpan.FromSeconds(3.1)));
    }

    [Fact]
    public async Task Is_the_reason_when_a_newcomer_cannot_wait_that_long()
    {
        var test = new BucketUnderTest();
        test.Pause(30);

        var refused = await test.WaitAsync();

        refused.Should().Be(new Admission(RateLimitReason.PausedByServer, TimeSpan.FromSeconds(30)));
    }
}
