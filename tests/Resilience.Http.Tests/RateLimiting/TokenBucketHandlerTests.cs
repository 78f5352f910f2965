using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenBucketHandlerTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_a_burst_at_once_and_the_rest_at_the_rate()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (10, 2)), clock: new());
        await host.GetAsync();
        await host.GetAsync();

        var third = host.GetAsync();
        var wait = await host.PassAsync();

        wait.Should().Be(TimeSpan.FromSeconds(0.1));
        (await third).Should().Be(200);
        host.Upstream.Requests.Should().Be(3);
    }

    [Fact]
    public async Task Sends_synchronous_requests_at_the_rate_too()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (10, 1)), clock: new());
        await host.GetAsync();

        var second = Task.Run(() => host.Client.Send(new(HttpMethod.Get, "/"), _cancelled).StatusCode, _cancelled);
        await host.PassAsync();

        ((int)await second).Should().Be(200);
        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public async Task Refuses_at_once_what_would_miss_its_own_deadline()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 0.5), clock: new());
        await host.GetAsync();

        var refused = await Record.ExceptionAsync(() => host.GetAsync(configure: request => request.SetTimeout(TimeSpan.FromSeconds(1))));

        refused.Should().BeOfType<RateLimitedException>().Which.Should().BeEquivalentTo(new
        {
            Client = "test",
            Partition = "*",
            Reason = RateLimitReason.WouldMissDeadline,
            RetryAfter = TimeSpan.FromSeconds(2),
            Kind = OutcomeKind.RejectedByLimiter,
            Attempts = 0,
            Message = "Client 'test': the request was not sent, because its permit from the client's bucket would take longer than the call has left; try again in 2 s.",
        });
        host.Upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task Refuses_at_once_what_would_outlast_the_timeout_of_the_client()
    {
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(5)).AddTokenBucket(bucket => bucket.PermitsPerSecond = 0.1), clock: new());
        await host.GetAsync();

        var refused = await Record.ExceptionAsync(() => host.GetAsync());

        refused.Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.WouldMissDeadline);
    }

    [Fact]
    public async Task Refuses_whoever_comes_when_the_queue_is_full()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.QueueLimit) = (1, 1)), clock: new());
        await host.GetAsync();
        var waiting = host.GetAsync();

        var refused = await Record.ExceptionAsync(() => host.GetAsync());

        refused.Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.QueueFull);
        await host.PassAsync();
        (await waiting).Should().Be(200);
    }

    [Fact]
    public async Task Gives_back_the_turn_of_a_caller_who_leaves()
    {
        using var gone = new CancellationTokenSource();
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 1), clock: new());
        await host.GetAsync();
        var (leaving, staying) = (host.GetAsync(cancelled: gone.Token), host.GetAsync());

        await gone.CancelAsync();
        await host.PassAsync();

        (await staying).Should().Be(200);
        host.Clock.GetUtcNow().Should().Be(TestHost.Start.AddSeconds(1));
        (await Record.ExceptionAsync(() => leaving)).Should().BeAssignableTo<OperationCanceledException>();
        host.Upstream.Requests.Should().Be(2);
    }

    [Fact]
    public async Task Keeps_a_bucket_for_every_partition()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.PartitionBy) = (1, request => request.Headers.From!)));

        await host.GetAsync(configure: request => request.Headers.From = "a@x");
        await host.GetAsync(configure: request => request.Headers.From = "b@x");
        await host.GetAsync(configure: request => request.SetPartition("c"));

        host.Inside.TokenBuckets.Select(bucket => (bucket.Partition, bucket.Level)).Should().BeEquivalentTo([("a@x", 0), ("b@x", 0), ("c", 0)]);
    }

    [Fact]
    public async Task Works_without_a_container()
    {
        using var handler = new TokenBucketHandler(new TokenBucketOptions() { PermitsPerSecond = 1, QueueLimit = 0 }) { InnerHandler = new ScriptedUpstream(200) };
        using var client = new HttpClient(handler);

        using var sent = await client.GetAsync("http://stub/", _cancelled);
        var refused = await Record.ExceptionAsync(() => client.GetAsync("http://stub/", _cancelled));

        sent.IsSuccessStatusCode.Should().BeTrue();
        refused.Should().BeOfType<RateLimitedException>();
    }

    [Fact]
    public async Task Keeps_its_buckets_when_handlers_are_replaced()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.QueueLimit) = (1, 0)), clock: new());
        await host.GetAsync();
        using var replaced = TokenBucketPolicy.Instance.CreateHandler(host.Inside.Client)!;
        replaced.InnerHandler = new ScriptedUpstream(200);
        using var next = new HttpClient(replaced);

        var refused = await Record.ExceptionAsync(() => next.GetAsync("http://stub/", _cancelled));

        refused.Should().BeOfType<RateLimitedException>();
    }
}
