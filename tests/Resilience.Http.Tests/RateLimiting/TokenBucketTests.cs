namespace Resilience.Http.Tests;

public sealed class TokenBucketTests
{
    [Fact]
    public void Grants_a_burst_at_once_and_then_one_permit_per_interval()
    {
        var test = new BucketUnderTest(rate: 10, burst: 5);

        test.TakeAll().Should().Be(5);
        test.Advance(0.0999999);
        test.TakeAll().Should().Be(0);
        test.Advance(0.0000001);
        test.TakeAll().Should().Be(1);
    }

    [Fact]
    public void Fills_up_to_the_burst_and_no_further()
    {
        var test = new BucketUnderTest(rate: 10, burst: 5);

        test.TakeAll();
        test.Advance(0.3);
        test.Bucket.Level.Should().Be(3);
        test.Advance(1000);

        test.Bucket.Level.Should().Be(5);
        test.TakeAll().Should().Be(5);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(7, 4)]
    [InlineData(333_333, 10)]
    [InlineData(999_999.9, 1)]
    [InlineData(0.7, 2)]
    public void Never_exceeds_a_rate_that_does_not_divide_the_second(double rate, int burst)
    {
        var interval = new Pace(new() { PermitsPerSecond = rate, Burst = burst }, frequency: 10_000_000).Interval;

        (10_000_000.0 / interval).Should().BeLessThanOrEqualTo(rate);
        (10_000_000.0 / (interval - 1)).Should().BeGreaterThan(rate);
    }

    [Theory]
    [InlineData(25.0, 25)]
    [InlineData(2.9, 2)]
    [InlineData(0.1, 1)]
    public void Holds_one_second_of_permits_but_at_least_one_by_default(double rate, int burst)
    {
        var pace = new Pace(new() { PermitsPerSecond = rate }, frequency: 1000);

        pace.Burst.Should().Be(burst);
    }

    [Theory]
    [InlineData(1e9, 5, false)]
    [InlineData(10, int.MaxValue, false)]
    [InlineData(1e9, int.MaxValue, true)]
    public void Is_unlimited_by_rate_and_burst(double rate, int burst, bool expected)
        => new Pace(new() { PermitsPerSecond = rate, Burst = burst }, frequency: 1000).IsUnlimited.Should().Be(expected);

    [Fact]
    public void Takes_several_permits_or_none()
    {
        var test = new BucketUnderTest(burst: 5);

        test.Take(4).Should().BeTrue();
        test.Take(2).Should().BeFalse();

        test.Bucket.Level.Should().Be(1);
    }

    [Fact]
    public void Is_not_confused_by_a_clock_reading_that_is_older_than_the_last()
    {
        var test = new BucketUnderTest(burst: 2);
        var old = test.Now;
        test.Advance(10);

        test.Take().Should().BeTrue();
        test.Bucket.TryTake(old).Should().BeFalse();
        test.TakeAll().Should().Be(1);
    }

    [Fact]
    public void Is_full_for_a_caller_who_read_the_clock_before_it_was_made()
    {
        var test = new BucketUnderTest(burst: 1);

        test.Bucket.TryTake(test.Now - TimeSpan.TicksPerMinute).Should().BeTrue();
    }

    [Theory]
    [InlineData(0.000_001, 1_000_000)]
    [InlineData(1_000_000, 1_000_000)]
    public void Survives_the_bounds_of_its_options(double rate, int burst)
    {
        var test = new BucketUnderTest(rate, burst);

        test.TakeAll().Should().BeInRange(1, burst);
        test.Pause(1e9);
        test.Take().Should().BeFalse();
        test.Bucket.Level.Should().Be(0);
    }

    [Fact]
    public void May_be_forgotten_when_it_is_full_and_nobody_waits()
    {
        var test = new BucketUnderTest(burst: 3);

        test.Bucket.RetentionAt(test.Now).Should().Be(Retention.None);
        test.Take(2);
        test.Bucket.RetentionAt(test.Now).Should().NotBe(Retention.None);
        test.Advance(0.2);
        test.Bucket.RetentionAt(test.Now).Should().Be(Retention.None);
    }

    [Fact]
    public void Costs_no_memory_while_permits_are_free()
    {
        var test = new BucketUnderTest(rate: 1_000_000, burst: 1_000_000);
        test.Take();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            test.Bucket.TryTake(before);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void Weighs_at_most_112_bytes_until_somebody_waits()
    {
        var pacing = new Pacing(new(new() { PermitsPerSecond = 10 }), TimeProvider.System);
        var buckets = new TokenBucket[1000];

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < buckets.Length; i++)
            buckets[i] = new(default, pacing);

        ((GC.GetAllocatedBytesForCurrentThread() - before) / buckets.Length).Should().BeLessThanOrEqualTo(112);
    }
}
