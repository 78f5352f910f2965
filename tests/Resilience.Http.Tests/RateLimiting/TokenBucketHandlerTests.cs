using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenBucketHandlerTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_a_burst_at_once_and_the_rest_at_the_rate()
    {
        using var client = new PacedClient(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (10, 2));
        await client.GetAsync();
        await client.GetAsync();

        var third = client.GetAsync();
        var wait = await client.PassAsync();

        wait.Should().Be(TimeSpan.FromSeconds(0.1));
        (await third).Should().Be(200);
        client.Sent.Should().Be(3);
    }

    [Fact]
    public async Task Sends_synchronous_requests_at_the_rate_too()
    {
        using var client = new PacedClient(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (10, 1));
        await client.GetAsync();

        var second = Task.Run(() => client.Http.Send(new(HttpMethod.Get, "/"), _cancelled).StatusCode, _cancelled);
        await client.PassAsync();

        ((int)await second).Should().Be(200);
        client.Clock.Waits.Should().Equal(TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public async Task Refuses_at_once_what_would_miss_its_own_deadline()
    {
        using var client = new PacedClient(bucket => bucket.PermitsPerSecond = 0.5);
        await client.GetAsync();

        var refused = await Record.ExceptionAsync(() => client.GetAsync(request => request.SetTimeout(TimeSpan.FromSeconds(1))));

        refused.Should().BeOfType<RateLimitedException>().Which.Should().BeEquivalentTo(new
        {
            Client = "paced",
            Partition = "*",
            Reason = RateLimitReason.WouldMissDeadline,
            RetryAfter = TimeSpan.FromSeconds(2),
            Kind = OutcomeKind.RejectedByLimiter,
            Attempts = 0,
            Message = "Client 'paced': the request was not sent, because its permit from the client's bucket would take longer than the call has left; try again in 2 s.",
        });
        client.Sent.Should().Be(1);
    }

    [Fact]
    public async Task Refuses_at_once_what_would_outlast_the_timeout_of_the_client()
    {
        using var client = PacedClient.With(policies => policies
            .AddTotalTimeout(TimeSpan.FromSeconds(5))
            .AddTokenBucket(bucket => bucket.PermitsPerSecond = 0.1));
        await client.GetAsync();

        var refused = await Record.ExceptionAsync(() => client.GetAsync());

        refused.Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.WouldMissDeadline);
    }

    [Fact]
    public async Task Refuses_whoever_comes_when_the_queue_is_full()
    {
        using var client = new PacedClient(bucket => (bucket.PermitsPerSecond, bucket.QueueLimit) = (1, 1));
        await client.GetAsync();
        var waiting = client.GetAsync();

        var refused = await Record.ExceptionAsync(() => client.GetAsync());

        refused.Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.QueueFull);
        await client.PassAsync();
        (await waiting).Should().Be(200);
    }

    [Fact]
    public async Task Gives_back_the_turn_of_a_caller_who_leaves()
    {
        using var gone = new CancellationTokenSource();
        using var client = new PacedClient(bucket => bucket.PermitsPerSecond = 1);
        await client.GetAsync();
        var (leaving, staying) = (client.GetAsync(gone: gone.Token), client.GetAsync());

        await gone.CancelAsync();
        await client.PassAsync();

        (await staying).Should().Be(200);
        client.Clock.Now.Should().Be(ControlledClock.Start.AddSeconds(1));
        (await Record.ExceptionAsync(() => leaving)).Should().BeAssignableTo<OperationCanceledException>();
        client.Sent.Should().Be(2);
    }

    [Fact]
    public async Task Keeps_a_bucket_for_every_partition()
    {
        using var client = new PacedClient(bucket =>
        {
            bucket.PermitsPerSecond = 1;
            bucket.PartitionBy = request => request.Headers.From!;
        });

        await client.GetAsync(request => request.Headers.From = "a@x");
        await client.GetAsync(request => request.Headers.From = "b@x");
        await client.GetAsync(request => request.SetPartition("c"));

        client.Inside.TokenBuckets.Should().BeEquivalentTo(
            [new TokenBucketStatus("a@x", 0, 0, []), new TokenBucketStatus("b@x", 0, 0, []), new TokenBucketStatus("c", 0, 0, [])]);
    }

    [Fact]
    public async Task Works_without_a_container()
    {
        using var handler = new TokenBucketHandler(new TokenBucketOptions() { PermitsPerSecond = 1, QueueLimit = 0 }) { InnerHandler = new StubHandler(200) };
        using var client = new HttpClient(handler);

        using var sent = await client.GetAsync("http://stub/", _cancelled);
        var refused = await Record.ExceptionAsync(() => client.GetAsync("http://stub/", _cancelled));

        sent.IsSuccessStatusCode.Should().BeTrue();
        refused.Should().BeOfType<RateLimitedException>();
    }

    [Fact]
    public async Task Keeps_its_buckets_when_handlers_are_replaced()
    {
        using var client = new PacedClient(bucket => (bucket.PermitsPerSecond, bucket.QueueLimit) = (1, 0));
        await client.GetAsync();
        using var replaced = TokenBucketPolicy.Instance.CreateHandler(client.Inside.Client)!;
        replaced.InnerHandler = new StubHandler(200);
        using var next = new HttpClient(replaced);

        var refused = await Record.ExceptionAsync(() => next.GetAsync("http://stub/", _cancelled));

        refused.Should().BeOfType<RateLimitedException>();
    }
}
