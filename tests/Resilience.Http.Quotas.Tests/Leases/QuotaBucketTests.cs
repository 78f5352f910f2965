using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

public sealed class QuotaBucketTests
{
    private readonly VirtualClock _clock = new();
    private readonly RemoteStore _store;

    public QuotaBucketTests() => _store = new(new(_clock), _clock);

    [Fact]
    public async Task The_first_request_waits_for_the_store_and_the_next_ones_do_not()
    {
        _store.Fault = () => Task.Delay(TimeSpan.FromMilliseconds(1), _clock);
        var bucket = NewBucket();

        var first = TakeAsync(bucket);
        var isEarly = first.IsCompleted;
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        isEarly.Should().BeFalse();
        (await first).IsGranted.Should().BeTrue();
        Enumerable.Range(0, 4).Should().OnlyContain(_ => bucket.TryTake(bucket.Now, 1));
    }

    [Fact]
    public async Task Asks_for_more_when_half_of_a_lease_is_used_and_only_once()
    {
        var bucket = await NewWarmBucketAsync(expectedInstances: 1);

        var before = _store.RoundTrips;
        for (var i = 0; i < 23; i++)
            bucket.TryTake(bucket.Now, 1);
        var atLess = _store.RoundTrips - before;
        for (var i = 0; i < 3; i++)
            bucket.TryTake(bucket.Now, 1);

        atLess.Should().Be(0);
        (_store.RoundTrips - before).Should().Be(1);
    }

    [Fact]
    public async Task A_lease_ends_and_what_is_left_of_it_is_given_back_with_the_next()
    {
        var bucket = await NewWarmBucketAsync(expectedInstances: 1);

        _clock.Advance(TimeSpan.FromMilliseconds(210));
        var isThere = bucket.TryTake(bucket.Now, 1);
        _ = TakeAsync(bucket);

        isThere.Should().BeFalse();
        _store.Requests.Select(request => request.Returned).Should().Equal(0, 49);
    }

    [Fact]
    public async Task Is_not_forgotten_while_what_is_left_of_a_lease_is_missing_in_the_store()
    {
        var bucket = await NewWarmBucketAsync(expectedInstances: 1, quota => (quota.PermitsPerSecond, quota.Burst) = (1, 1000));

        _clock.Advance(TimeSpan.FromSeconds(40));
        var isMissing = !bucket.CanBeForgotten;
        _clock.Advance(TimeSpan.FromSeconds(10));

        (isMissing, bucket.CanBeForgotten).Should().Be((true, true));
    }

    [Fact]
    public async Task Holds_off_after_a_grant_of_less_than_it_asked_for()
    {
        var bucket = await NewEmptyBucketAsync();
        var before = _store.RoundTrips;

        for (var i = 0; i < 50; i++)
            await TakeAsync(bucket);
        var meanwhile = _store.RoundTrips - before;
        _clock.Advance(TimeSpan.FromMilliseconds(126));
        _ = TakeAsync(bucket);

        meanwhile.Should().Be(0);
        (_store.RoundTrips - before).Should().Be(1);
    }

    [Fact]
    public async Task Waiters_are_served_in_turn_as_the_store_grants()
    {
        var bucket = await NewEmptyBucketAsync(quota => (quota.PermitsPerSecond, quota.Burst) = (10, 10));
        List<int> served = [];

        var waiting = Enumerable.Range(0, 5).Select(i => NoteAsync(i)).ToArray();
        await _clock.AdvanceUntilAsync(Task.WhenAll(waiting));

        served.Should().BeInAscendingOrder();
        _store.RoundTrips.Should().BeLessThan(50);

        async Task NoteAsync(int number)
        {
            await TakeAsync(bucket, TimeSpan.FromSeconds(10));
            lock (served)
                served.Add(number);
        }
    }

    [Fact]
    public async Task Rejects_at_once_what_would_certainly_come_too_late()
    {
        var bucket = await NewEmptyBucketAsync(quota => (quota.PermitsPerSecond, quota.Burst) = (0.1, 10));

        var rejected = await TakeAsync(bucket, TimeSpan.FromSeconds(9));
        var waiting = TakeAsync(bucket, TimeSpan.FromSeconds(11));

        rejected.Rejection.Should().Be(RateLimitReason.QueueTimeTooLong);
        rejected.Wait.Should().BeCloseTo(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(50));
        waiting.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Nobody_is_rejected_because_another_was_granted_a_permit_meanwhile()
    {
        var bucket = NewBucket(quota => (quota.PermitsPerSecond, quota.Burst, quota.LeaseTime) = (1, 10, TimeSpan.FromMilliseconds(50)));
        var take = Within(bucket, TimeSpan.Zero);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var other = await TakeAsync(bucket);
        var admission = await bucket.TakeAsync(take, CancellationToken.None);

        (other.IsGranted, admission.IsGranted).Should().Be((true, true));
    }

    [Fact]
    public async Task A_full_line_rejects()
    {
        var bucket = await NewEmptyBucketAsync(quota => quota.QueueLimit = 2);

        var waiting = Enumerable.Range(0, 3).Select(_ => TakeAsync(bucket, TimeSpan.FromSeconds(10))).ToArray();

        waiting.Select(task => task.IsCompleted).Should().Equal(false, false, true);
        (await waiting[2]).Rejection.Should().Be(RateLimitReason.QueueFull);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_line()
    {
        using var caller = new CancellationTokenSource();
        var bucket = await NewEmptyBucketAsync(quota => quota.QueueLimit = 1);
        var first = bucket.TakeAsync(Within(bucket, TimeSpan.FromSeconds(10)), caller.Token);

        await caller.CancelAsync();
        var next = TakeAsync(bucket, TimeSpan.FromSeconds(10));

        await first.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        next.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_cold_bucket_waits_for_the_store_no_longer_than_its_timeout_and_once()
    {
        _store.Fault = () => Task.Delay(TimeSpan.FromSeconds(2), _clock);
        var bucket = NewBucket();

        var first = TakeAsync(bucket);
        _clock.Advance(TimeSpan.FromMilliseconds(49));
        var isEarly = first.IsCompleted;
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        isEarly.Should().BeFalse();
        (await first).IsGranted.Should().BeTrue();
        bucket.Status.IsFallback.Should().BeTrue();
    }

    [Fact]
    public async Task A_changed_limit_is_in_force_within_a_second()
    {
        var options = new QuotaOptions { PermitsPerSecond = 0.1, Burst = 1, ExpectedInstances = 1 };
        var bucket = new QuotaBucket("tenant", new(QuotaPolicy.Instance.CreateContext(options, new() { Time = _clock }), _store));
        await EmptyAsync(bucket);

        (options.PermitsPerSecond, options.Burst) = (1000, 1000);
        var waiting = TakeAsync(bucket, TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await waiting).IsGranted.Should().BeTrue();
    }

    private QuotaBucket NewBucket(Action<QuotaOptions>? configure = null)
    {
        var options = new QuotaOptions { PermitsPerSecond = 1000 };
        configure?.Invoke(options);
        return new("*", new(QuotaPolicy.Instance.CreateContext(options, new() { Name = "test", Time = _clock }), _store));
    }

    // Holds 49 of a lease of 50.
    private async Task<QuotaBucket> NewWarmBucketAsync(int expectedInstances, Action<QuotaOptions>? configure = null)
    {
        var bucket = NewBucket(quota =>
        {
            quota.ExpectedInstances = expectedInstances;
            configure?.Invoke(quota);
        });
        await TakeAsync(bucket);
        return bucket;
    }

    private async Task<QuotaBucket> NewEmptyBucketAsync(Action<QuotaOptions>? configure = null)
    {
        var bucket = NewBucket(quota =>
        {
            quota.Burst = 20;
            configure?.Invoke(quota);
        });
        await EmptyAsync(bucket);
        return bucket;
    }

    private async Task EmptyAsync(QuotaBucket bucket)
    {
        for (var i = 0; i < 100; i++)
        {
            var last = await TakeAsync(bucket);
            if (!last.IsGranted)
                return;
        }
    }

    private static Task<QuotaAdmission> TakeAsync(QuotaBucket bucket, TimeSpan longest = default)
        => bucket.TryTake(bucket.Now, 1) ? Task.FromResult(default(QuotaAdmission)) : bucket.TakeAsync(Within(bucket, longest), CancellationToken.None);

    private static QuotaTake Within(QuotaBucket bucket, TimeSpan longest)
    {
        var latest = bucket.Now + longest.Ticks;
        return new(1, latest, Math.Max(latest, bucket.Now + TimeSpan.FromMilliseconds(100).Ticks), RateLimitReason.QueueTimeTooLong);
    }
}
