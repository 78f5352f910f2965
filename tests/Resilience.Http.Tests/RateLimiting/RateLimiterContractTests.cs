using System.Threading.RateLimiting;

namespace Resilience.Http.Tests;

/// <summary>What .NET's own token bucket does, ours does: two permits, two may wait, the next permit comes in a minute.</summary>
public sealed class RateLimiterContractTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    public static TheoryData<bool> Limiters => [false, true];

    [Theory]
    [MemberData(nameof(Limiters))]
    public async Task Asking_for_no_permit_asks_whether_there_is_one(bool ours)
    {
        using var limiter = Create(ours);

        bool[] whileFree = [limiter.AttemptAcquire(0).IsAcquired, (await limiter.AcquireAsync(0, _cancelled)).IsAcquired];
        limiter.AttemptAcquire(2).IsAcquired.Should().BeTrue();
        var waiting = limiter.AcquireAsync(0, _cancelled);

        whileFree.Should().Equal(true, true);
        limiter.AttemptAcquire(0).IsAcquired.Should().BeFalse();
        waiting.IsCompleted.Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Limiters))]
    public async Task Asking_for_more_than_the_burst_is_a_mistake(bool ours)
    {
        using var limiter = Create(ours);

        var attempt = () => limiter.AttemptAcquire(3);
        var acquire = async () => await limiter.AcquireAsync(3, _cancelled);
        var negative = () => limiter.AttemptAcquire(-1);

        attempt.Should().Throw<ArgumentOutOfRangeException>();
        await acquire.Should().ThrowAsync<ArgumentOutOfRangeException>();
        negative.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [MemberData(nameof(Limiters))]
    public async Task Disposing_fails_those_who_wait_and_throws_at_those_who_come(bool ours)
    {
        var limiter = Create(ours);
        limiter.AttemptAcquire(2);
        var waiting = limiter.AcquireAsync(1, _cancelled).AsTask();

        await limiter.DisposeAsync();

        (await waiting).IsAcquired.Should().BeFalse();
        limiter.Invoking(it => it.AttemptAcquire(1)).Should().Throw<ObjectDisposedException>();
        await limiter.Awaiting(it => it.AcquireAsync(1, _cancelled).AsTask()).Should().ThrowAsync<ObjectDisposedException>();
        limiter.Invoking(it => it.GetStatistics()).Should().Throw<ObjectDisposedException>();
        limiter.Invoking(it => it.Dispose()).Should().NotThrow();
    }

    [Theory]
    [MemberData(nameof(Limiters))]
    public async Task A_full_queue_refuses_and_says_when_to_come_back(bool ours)
    {
        using var limiter = Create(ours);
        limiter.AttemptAcquire(2);
        Task[] waiting = [limiter.AcquireAsync(1, _cancelled).AsTask(), limiter.AcquireAsync(1, _cancelled).AsTask()];

        using var lease = await limiter.AcquireAsync(1, _cancelled);

        lease.IsAcquired.Should().BeFalse();
        lease.MetadataNames.Should().Contain("RETRY_AFTER");
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait).Should().BeTrue();
        wait.Should().Be(TimeSpan.FromMinutes(3));
        waiting.Should().OnlyContain(task => !task.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(Limiters))]
    public async Task Cancelling_ends_a_wait_with_the_token_of_the_caller(bool ours)
    {
        using var gone = new CancellationTokenSource();
        using var limiter = Create(ours);
        limiter.AttemptAcquire(2);
        var waiting = limiter.AcquireAsync(1, gone.Token).AsTask();

        await gone.CancelAsync();

        var thrown = await Record.ExceptionAsync(() => waiting);
        thrown.Should().BeOfType<TaskCanceledException>().Which.CancellationToken.Should().Be(gone.Token);
        limiter.GetStatistics()!.CurrentQueuedCount.Should().Be(0);
        limiter.AcquireAsync(1, gone.Token).AsTask().IsCanceled.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Limiters))]
    public void Counts_what_it_grants_and_refuses(bool ours)
    {
        using var limiter = Create(ours);
        limiter.AttemptAcquire(2).Dispose();
        limiter.AttemptAcquire(1).Dispose();
        var waiting = limiter.AcquireAsync(2, _cancelled).AsTask();

        var statistics = limiter.GetStatistics()!;

        statistics.CurrentAvailablePermits.Should().Be(0);
        statistics.CurrentQueuedCount.Should().Be(2);
        waiting.IsCompleted.Should().BeFalse();
        statistics.TotalSuccessfulLeases.Should().Be(1);
        statistics.TotalFailedLeases.Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(Limiters))]
    public void Is_idle_while_full(bool ours)
    {
        using var limiter = Create(ours);

        limiter.IdleDuration.Should().BeLessThan(TimeSpan.FromMinutes(1));
        limiter.AttemptAcquire(1);

        limiter.IdleDuration.Should().BeNull();
    }

    private static RateLimiter Create(bool ours) => ours
        ? new FifoTokenBucketLimiter(
            new() { PermitsPerSecond = 1 / 60.0, Burst = 2, QueueLimit = 2, MaxQueueTime = TimeSpan.FromHours(1) }, new VirtualClock())
        : new TokenBucketRateLimiter(new()
        {
            TokenLimit = 2,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
            QueueLimit = 2,
        });
}
