using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenBucketTelemetryTests
{
    [Fact]
    public async Task Measures_waits_for_a_permit_and_nothing_when_there_is_none()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 1), clock: new());
        using var measured = new Measurements(host.Inside);
        await host.GetAsync();

        var waiting = host.GetAsync();
        await host.PassAsync();
        await waiting;

        measured.All.Should().Equal("resilience.http.rate_limiter.wait.duration 1 s resilience.http.client=test");
    }

    [Fact]
    public async Task Counts_refusals_by_reason()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.QueueLimit) = (1, 0)), clock: new());
        using var measured = new Measurements(host.Inside);
        await host.GetAsync();

        await Record.ExceptionAsync(() => host.GetAsync());

        measured.All.Should().Equal(
            "resilience.http.rate_limiter.rejections 1 {request} resilience.http.client=test resilience.http.reason=QueueFull");
    }

    [Fact]
    public async Task Logs_a_pause_once()
    {
        using var host = new TestHost(client => client.AddTokenBucket(bucket => bucket.PermitsPerSecond = 100));
        host.Upstream.Answer(429, retryAfter: "7");

        await host.GetAsync();
        using var late = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "8" } } };
        var buckets = host.Inside.Find<TokenBucketOptions, TokenBuckets>(TokenBucketPolicy.Instance)!;
        buckets.Observe(buckets.Of(Attempts.Begin(host.Inside.Client.Context, new(), CancellationToken.None)), new(new HttpRequestMessage(HttpMethod.Get, host.Upstream.Url), Outcome.FromResponse(late)));

        host.Log.Lines.Should().Equal(
            $"Warning 300: Client 'test': the bucket of * is paused for requests to {host.Upstream.Url} for 7 s, because the server answered 429 and asked for a pause.");
    }
}
