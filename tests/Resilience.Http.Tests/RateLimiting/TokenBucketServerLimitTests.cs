using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenBucketServerLimitTests
{
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Pauses_until_the_server_says(int status)
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100), clock: new());
        host.Upstream.Answer(status, retryAfter: "7");
        await host.GetAsync();
        host.Upstream.Answer(200);

        var next = host.GetAsync();
        var wait = await host.PassAsync();

        wait.Should().Be(TimeSpan.FromSeconds(7));
        (await next).Should().Be(200);
    }

    [Fact]
    public async Task Goes_on_at_the_rate_without_a_burst()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100), clock: new());
        host.Upstream.Answer(429, retryAfter: "1");
        await host.GetAsync();

        host.Inside.TokenBuckets.Single().PausedUntil.Should().Be(TestHost.Start.AddSeconds(1));
        host.Inside.TokenBuckets.Single().ToString().Should().EndWith($" waiting, paused until {TestHost.Start.AddSeconds(1):u}");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        host.Upstream.Answer(200);

        await host.GetAsync();
        var second = host.GetAsync();

        (await host.PassAsync()).Should().Be(TimeSpan.FromMilliseconds(10));
        (await second).Should().Be(200);
    }

    [Theory]
    [InlineData(429, null)]
    [InlineData(429, "0")]
    [InlineData(429, "soon")]
    [InlineData(500, "7")]
    [InlineData(200, "7")]
    public async Task Goes_on_unless_a_429_or_503_asks_for_a_pause(int status, string? retryAfter)
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100), clock: new());
        host.Upstream.Answer(status, retryAfter);

        await host.GetAsync();

        host.Inside.TokenBuckets.Should().ContainSingle().Which.Should().BeEquivalentTo(new TokenBucketStatus("*", 99, 0, []) { PermitsPerSecond = 100 });
        host.Inside.TokenBuckets.Single().ToString().Should().Be("*: 99 free, 0 waiting");
    }

    [Theory]
    [InlineData(200, "Debug 301: Client 'test': the bucket of * is paused for requests to http://upstream.test:80 for 7 s, because nothing is left of the server's quota.")]
    [InlineData(429, "Warning 300: Client 'test': the bucket of * is paused for requests to http://upstream.test:80 for 7 s, because the server answered 429 and asked for a pause.")]
    public async Task Warns_of_a_pause_only_if_a_call_has_failed(int status, string line)
    {
        using var upstream = new ScriptedUpstream((_, _) => new((HttpStatusCode)status) { Headers = { { "X-RateLimit-Remaining", "0" }, { "X-RateLimit-Reset-After", "7" } } });
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 9), primary: upstream);

        using var response = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);

        host.Log.Lines.Should().ContainSingle().Which.Should().Be(line);
    }

    [Fact]
    public async Task Asks_for_the_partition_once_however_the_request_was_changed_since()
    {
        var asked = 0;
        using var upstream = new ScriptedUpstream((_, _) => new((HttpStatusCode)429) { Headers = { { "Retry-After", "1" } } });
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.PartitionBy) = (9, _ => ++asked == 1 ? "a" : throw new NotSupportedException())), primary: upstream);

        using var response = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);

        host.Inside.TokenBuckets.Single().Should().Match<TokenBucketStatus>(bucket => bucket.Partition == "a" && bucket.PausedUntil != null);
    }

    [Fact]
    public async Task Goes_on_when_told_not_to_observe()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.ObeyServerLimits) = (100, false)), clock: new());
        host.Upstream.Answer(429, retryAfter: "7");

        await host.GetAsync();

        host.Inside.TokenBuckets.Single().PausedUntil.Should().BeNull();
    }

    [Theory]
    [InlineData("99999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task Cuts_a_pause_to_what_the_options_allow(string retryAfter)
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.MaxServerPause) = (100, TimeSpan.FromMinutes(5))), clock: new());
        host.Upstream.Answer(429, retryAfter);

        await host.GetAsync();

        host.Inside.TokenBuckets.Single().PausedUntil.Should().Be(TestHost.Start.AddMinutes(5));
    }

    [Fact]
    public async Task Refuses_those_who_would_have_to_wait_too_long()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100), clock: new());
        host.Upstream.Answer(429, retryAfter: "30");
        await host.GetAsync();

        var refused = await Record.ExceptionAsync(() => host.GetAsync());

        var why = refused.Should().BeOfType<RateLimitedException>().Subject;
        (why.Reason, why.RetryAfter).Should().Be((RateLimitReason.PausedByServer, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Pauses_only_the_partition_that_was_limited()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100), clock: new());
        host.Upstream.Answer(429, retryAfter: "30");
        await host.GetAsync(configure: request => request.SetPartition("limited"));
        host.Upstream.Answer(200);

        var free = await host.GetAsync(configure: request => request.SetPartition("free"));

        free.Should().Be(200);
        host.Inside.TokenBuckets.Single(bucket => bucket.PausedUntil is not null).Partition.Should().Be("limited");
    }
}
