using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class RateLimiterHandlerTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Holds_the_lease_until_the_attempt_ends()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        using var limiter = Concurrency(permits: 1, queue: 1);
        using var stub = new ScriptedUpstream((_, _) => answer.Task);
        using var client = new HttpClient(new RateLimiterHandler(limiter) { InnerHandler = stub });
        var (first, second) = (client.GetAsync("http://stub/", _cancelled), client.GetAsync("http://stub/", _cancelled));
        stub.Attempts.Count.Should().Be(1);

        answer.SetResult(new());
        await Task.WhenAll(first, second);

        stub.Attempts.Count.Should().Be(2);
        limiter.GetStatistics()!.CurrentAvailablePermits.Should().Be(1);
    }

    [Fact]
    public async Task Gives_the_lease_back_when_the_attempt_fails()
    {
        using var limiter = Concurrency(permits: 1, queue: 0);
        using var stub = new ScriptedUpstream(script => script.Answer(Reply.Throw(new HttpRequestException("reset"))));
        using var client = new HttpClient(new RateLimiterHandler(limiter) { InnerHandler = stub });

        await Record.ExceptionAsync(() => client.GetAsync("http://stub/", _cancelled));

        limiter.GetStatistics()!.CurrentAvailablePermits.Should().Be(1);
    }

    [Fact]
    public async Task Refuses_with_what_the_limiter_says()
    {
        using var limiter = new TokenBucketRateLimiter(new()
        {
            TokenLimit = 1,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        });
        using var host = new TestHost(client => client.AddRateLimiter(limiter));
        await host.GetAsync();

        var refused = await Record.ExceptionAsync(() => host.GetAsync());

        var why = refused.Should().BeOfType<RateLimitedException>().Subject;
        (why.Reason, why.RetryAfter).Should().Be((RateLimitReason.Rejected, TimeSpan.FromMinutes(1)));
        why.Message.Should().Be("Client 'test': the request was not sent, because the rate limiter rejected it; try again in 60 s.");
    }

    [Fact]
    public async Task Limits_synchronous_requests_too()
    {
        using var limiter = new FifoTokenBucketLimiter(new() { PermitsPerSecond = 0.001, QueueLimit = 0 });
        using var host = new TestHost(client => client.AddRateLimiter(limiter));
        await host.GetAsync();

        var send = () => host.Client.Send(new(HttpMethod.Get, "/"), _cancelled);

        send.Should().Throw<RateLimitedException>();
        host.Upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task Asks_the_factory_once_for_a_client()
    {
        var made = 0;
        using var host = new TestHost(client => client.AddRateLimiter(services =>
        {
            made++;
            return services.GetRequiredService<RateLimiter>();
        }).Services.AddSingleton<RateLimiter>(_ => Concurrency(permits: 1, queue: 0)));

        await host.GetAsync();
        RateLimiterPolicy.Instance.CreateHandler(host.Inside.Client)!.Dispose();

        made.Should().Be(1);
    }

    [Fact]
    public async Task Stands_beside_a_token_bucket()
    {
        using var limiter = Concurrency(permits: 10, queue: 0);
        using var host = new TestHost(client => client.AddRateLimiter(limiter).AddTokenBucket(bucket => bucket.PermitsPerSecond = 10));

        (await host.GetAsync()).Should().Be(200);

        host.Inside.ToString().Should().Be("test: RateLimiter → TokenBucket (10 a second)");
    }

    private static ConcurrencyLimiter Concurrency(int permits, int queue) => new(new() { PermitLimit = permits, QueueLimit = queue });
}
