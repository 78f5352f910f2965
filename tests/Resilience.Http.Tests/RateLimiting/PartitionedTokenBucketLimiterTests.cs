using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests;

public sealed class PartitionedTokenBucketLimiterTests : IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly Plans _plans = new();
    private readonly PartitionedTokenBucketLimiter<string> _limiter;

    public PartitionedTokenBucketLimiterTests()
        => _limiter = new(new() { PermitsPerSecond = 1, Burst = 3, Limits = { ["all"] = new(10, TimeSpan.FromDays(1)) { IsShared = true } } }, name => name, _plans, new() { Name = "inbound", Time = _clock });

    public void Dispose() => _limiter.Dispose();

    [Fact]
    public void Has_a_bucket_for_each_partition_and_limits_for_all_together()
        => (Count("a", 20), Count("b", 20), Count("c", 20), Count("d", 20)).Should().Be((3, 3, 3, 1));

    [Fact]
    public void Follows_the_provider_within_a_second()
    {
        _plans["a"] = new(2, TimeSpan.FromHours(1));
        var before = Count("a", 20);

        _plans["a"] = QuotaRate.Unlimited;
        _clock.Advance(TimeSpan.FromSeconds(1));

        (before, Count("a", 20), _plans.LastQuota).Should().Be((2, 8, "inbound"));
    }

    [Fact]
    public async Task Serves_those_who_wait_in_turn()
    {
        Count("a", 3);

        var (first, second) = (AcquireAsync("a"), AcquireAsync("a"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await first).IsAcquired.Should().BeTrue();
        second.IsCompleted.Should().BeFalse();
        _limiter.GetStatistics("a")!.CurrentQueuedCount.Should().Be(1);
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await second).IsAcquired.Should().BeTrue();
    }

    [Fact]
    public void Says_how_long_a_rejected_permit_takes()
    {
        Count("a", 3);

        using var lease = _limiter.AttemptAcquire("a");

        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait).Should().BeTrue();
        wait.Should().Be(TimeSpan.FromSeconds(1));
        _limiter.GetStatistics("a").Should().BeEquivalentTo(new { CurrentAvailablePermits = 0, TotalSuccessfulLeases = 3, TotalFailedLeases = 1 });
    }

    [Fact]
    public void Rejects_a_request_for_more_than_any_of_the_bursts()
        => FluentActions.Invoking(() => _limiter.AttemptAcquire("a", 4)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public async Task Rejects_those_who_wait_when_it_is_disposed()
    {
        Count("a", 3);
        var waiting = AcquireAsync("a");

        await _limiter.DisposeAsync();

        (await waiting).IsAcquired.Should().BeFalse();
        FluentActions.Invoking(() => _limiter.AttemptAcquire("b")).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Forgets_partitions_beyond_its_room()
    {
        using var limiter = new PartitionedTokenBucketLimiter<int>(new() { PermitsPerSecond = 1, Burst = 1, MaxPartitions = 10 }, name => $"{name}", context: new() { Time = _clock });

        var granted = Enumerable.Range(0, 1000).Count(name => limiter.AttemptAcquire(name).IsAcquired);

        granted.Should().Be(1000);
        Enumerable.Range(0, 1000).Count(name => limiter.GetStatistics(name)!.TotalSuccessfulLeases > 0).Should().BeLessThanOrEqualTo(10);
    }

    /// <summary>A limit in common that is in use all the time must not keep what nobody uses.</summary>
    [Fact]
    public void A_shared_limit_keeps_no_partition()
    {
        var pacing = new Pacing(new(new() { PermitsPerSecond = 1, Limits = { ["all"] = new(10, TimeSpan.FromDays(1)) { IsShared = true }, ["day"] = new(10, TimeSpan.FromDays(1)) } }), _clock);
        var (idle, busy) = (new TokenBucket(default, pacing), new TokenBucket(default, pacing));
        busy.TryTake(_clock.GetTimestamp());

        (idle.RetentionAt(_clock.GetTimestamp()), busy.RetentionAt(_clock.GetTimestamp() + TimeSpan.TicksPerHour)).Should().Be((Retention.None, Retention.WhileThereIsRoom));
    }

    [Fact]
    public void Has_valid_options()
        => FluentActions.Invoking(() => new PartitionedTokenBucketLimiter<string>(new(), name => name)).Should().Throw<OptionsValidationException>().WithMessage("*PermitsPerSecond*");

    [Fact]
    public async Task Paces_a_client_by_what_its_requests_say()
    {
        using var limiter = new PartitionedTokenBucketLimiter<HttpRequestMessage>(new() { PermitsPerSecond = 1, QueueLimit = 0 }, request => request.RequestUri!.Segments[^1], context: new() { Time = _clock });
        using var host = new TestHost(client => client.AddRateLimiter(limiter), primary: new ScriptedUpstream(200), clock: _clock);

        (await host.GetAsync("a"), await host.GetAsync("b")).Should().Be((200, 200));
        (await Record.ExceptionAsync(() => host.GetAsync("a"))).Should().BeOfType<RateLimitedException>();
    }

    private int Count(string partition, int requests) => Enumerable.Range(0, requests).Count(_ => _limiter.AttemptAcquire(partition).IsAcquired);

    private Task<RateLimitLease> AcquireAsync(string partition) => _limiter.AcquireAsync(partition, 1, TestContext.Current.CancellationToken).AsTask();

    private sealed class Plans : ConcurrentDictionary<string, QuotaRate>, IQuotaProvider
    {
        public string? LastQuota { get; private set; }

        public QuotaRate? Find(string quota, string partition)
        {
            LastQuota = quota;
            return this.GetValueOrDefault(partition);
        }
    }
}
