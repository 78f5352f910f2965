namespace Resilience.Http.Tests;

public sealed class TokenBucketQueueTests
{
    [Fact]
    public async Task Serves_those_who_wait_in_the_order_in_which_they_came()
    {
        var test = new BucketUnderTest(rate: 10);
        test.Take();
        Task<Admission>[] waiting = [test.WaitAsync(), test.WaitAsync(), test.WaitAsync()];

        test.Advance(0.1);
        (await waiting[0]).Should().Be(new Admission(null, TimeSpan.FromSeconds(0.1)));
        waiting[1].IsCompleted.Should().BeFalse();
        test.Advance(0.2);

        (await waiting[1]).Wait.Should().Be(TimeSpan.FromSeconds(0.2));
        (await waiting[2]).Wait.Should().Be(TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public async Task Lets_nobody_overtake()
    {
        var test = new BucketUnderTest(burst: 3);
        test.Take(3);
        var big = test.WaitAsync(permits: 3);

        test.Advance(0.2);

        test.Take().Should().BeFalse();
        test.Bucket.Level.Should().Be(0);
        test.Advance(0.1);
        (await big).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task Moves_everybody_up_when_one_in_the_middle_leaves()
    {
        using var gone = new CancellationTokenSource();
        var test = new BucketUnderTest();
        test.Take();
        var (first, middle, last) = (test.WaitAsync(), test.WaitUnlessAsync(gone.Token), test.WaitAsync());

        await gone.CancelAsync();
        test.Advance(0.2);

        (await first).Wait.Should().Be(TimeSpan.FromSeconds(0.1));
        (await last).Wait.Should().Be(TimeSpan.FromSeconds(0.2));
        (await Record.ExceptionAsync(() => middle)).Should().BeOfType<TaskCanceledException>()
            .Which.CancellationToken.Should().Be(gone.Token);
    }

    [Fact]
    public async Task Serves_the_next_at_once_when_the_first_leaves_and_asked_for_more()
    {
        using var gone = new CancellationTokenSource();
        var test = new BucketUnderTest(burst: 3);
        test.Take(2);
        var (greedy, modest) = (test.WaitUnlessAsync(gone.Token, permits: 3), test.WaitAsync());

        await gone.CancelAsync();

        (await modest).Should().Be(default(Admission));
        (await Record.ExceptionAsync(() => greedy)).Should().BeOfType<TaskCanceledException>();
    }

    [Fact]
    public async Task Gives_back_what_the_last_one_reserved()
    {
        using var gone = new CancellationTokenSource();
        var test = new BucketUnderTest();
        test.Take();
        var waiting = test.WaitUnlessAsync(gone.Token);

        await gone.CancelAsync();
        test.Advance(0.1);

        (await Record.ExceptionAsync(() => waiting)).Should().BeOfType<TaskCanceledException>();
        test.Bucket.Backlog.Should().Be(0);
        test.TakeAll().Should().Be(1);
    }

    [Fact]
    public async Task Refuses_who_would_have_to_wait_beyond_the_deadline()
    {
        var test = new BucketUnderTest();
        test.Take();
        _ = test.WaitAsync();

        var refused = await test.WaitAsync(within: 0.19);
        var admitted = test.WaitAsync(within: 0.2);

        refused.Should().Be(new Admission(RateLimitReason.WouldMissDeadline, TimeSpan.FromSeconds(0.2)));
        admitted.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Refuses_who_would_have_to_wait_longer_than_the_options_allow()
    {
        var test = new BucketUnderTest(rate: 0.05);
        test.Take();

        var refused = await test.WaitAsync(within: 60);

        refused.Should().Be(new Admission(RateLimitReason.QueueTimeTooLong, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Refuses_whoever_comes_when_the_queue_is_full()
    {
        var test = new BucketUnderTest(queueLimit: 2);
        test.Take();
        _ = test.WaitAsync();
        _ = test.WaitAsync();

        var refused = await test.WaitAsync();

        refused.Should().Be(new Admission(RateLimitReason.QueueFull, TimeSpan.FromSeconds(0.3)));
        test.Bucket.Waiting.Should().Be(2);
    }

    [Fact]
    public async Task Grants_no_more_than_the_burst_when_its_timer_comes_late()
    {
        var clock = new StallingClock();
        var bucket = new TokenBucket(default, new(new(new() { PermitsPerSecond = 10, Burst = 2 }), clock));
        bucket.TryTake(clock.Now, 2);
        Task<Admission>[] waiting = [.. Enumerable.Range(0, 4).Select(_ => bucket.TakeAsync(clock.Now, new(1), long.MaxValue, default))];

        clock.Now += TimeSpan.FromSeconds(9).Ticks;
        clock.FireIfDue();
        clock.Now += TimeSpan.FromSeconds(0.1).Ticks;
        clock.FireIfDue();

        var waits = await Task.WhenAll(waiting[..3]);
        waits.Select(admission => admission.Wait.TotalSeconds).Should().Equal(9, 9, 9.1);
        bucket.Waiting.Should().Be(1);
    }

    [Fact]
    public void Keeps_one_timer_and_only_while_somebody_waits()
    {
        var test = new BucketUnderTest();
        test.Take();

        _ = test.WaitAsync();
        _ = test.WaitAsync();
        test.Advance(5);

        test.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.1));
        test.Clock.WaitForTimerAsync(TestContext.Current.CancellationToken).IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Serves_those_who_come_after_one_whose_timer_could_not_be_set()
    {
        var clock = new NoTimerAtFirst();
        var bucket = new TokenBucket(default, new(new(new() { PermitsPerSecond = 10, Burst = 1 }), clock));
        bucket.TryTake(clock.GetTimestamp());
        await FluentActions.Awaiting(() => TakeAsync()).Should().ThrowAsync<InvalidOperationException>();

        var next = TakeAsync();
        clock.Clock.Advance(TimeSpan.FromSeconds(0.1));

        (await next).IsGranted.Should().BeTrue();

        Task<Admission> TakeAsync() => bucket.TakeAsync(clock.GetTimestamp(), new(1), long.MaxValue, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Forgets_nobody_who_waits()
    {
        var test = new BucketUnderTest(rate: 10, burst: 1);
        test.Take();
        _ = test.WaitAsync(permits: 1);

        test.Bucket.RetentionAt(test.Now + TimeSpan.TicksPerDay).Should().NotBe(Retention.None);
    }

    private sealed class NoTimerAtFirst : TimeProvider
    {
        private bool _hasFailed;

        public VirtualClock Clock { get; } = new();

        public override long TimestampFrequency => Clock.TimestampFrequency;

        public override long GetTimestamp() => Clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (_hasFailed)
                return Clock.CreateTimer(callback, state, dueTime, period);

            _hasFailed = true;
            throw new InvalidOperationException();
        }
    }
}
