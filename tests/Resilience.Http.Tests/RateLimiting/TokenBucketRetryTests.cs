using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class TokenBucketRetryTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Paces_retries_like_any_other_attempt()
    {
        using var host = new TestHost(client => client
            .AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (3, TimeSpan.FromMilliseconds(1)))
            .AddTokenBucket(bucket => bucket.PermitsPerSecond = 0.5));
        host.Upstream.Answer(503);

        (await host.GetAsync()).Should().Be(503);

        host.Upstream.Requests.Should().Be(4);
        host.Clock.GetUtcNow().Should().BeCloseTo(TestHost.Start.AddSeconds(6), TimeSpan.FromMilliseconds(10)).And.BeOnOrAfter(TestHost.Start.AddSeconds(6));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pauses_when_the_server_says_whether_or_not_the_request_may_be_retried(bool disableRetries)
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 0).AddTokenBucket(bucket => bucket.PermitsPerSecond = 100));
        host.Upstream.Answer(429, retryAfter: "7");

        await host.GetAsync(configure: request =>
        {
            if (disableRetries)
                request.DisableRetries();
        });

        host.Inside.TokenBuckets.Single().PausedUntil.Should().Be(TestHost.Start.AddSeconds(7));
    }

    [Fact]
    public async Task Ends_a_call_at_once_when_the_next_attempt_would_miss_the_deadline()
    {
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(10)).AddRetry(retry => retry.BaseDelay = TimeSpan.FromMilliseconds(1)).AddTokenBucket(bucket => bucket.PermitsPerSecond = 0.15),
            clock: new() { LongestJump = TimeSpan.FromSeconds(9) });
        host.Upstream.Answer(503);

        var refused = await Record.ExceptionAsync(() => host.GetAsync());

        refused.Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.WouldMissDeadline);
        host.Upstream.Requests.Should().Be(2);
    }

    [Fact]
    public void Adds_no_memory_to_a_call_that_retry_awaits()
    {
        var without = BytesPerCall(new RetryHandler(new RetryOptions()));

        var with = BytesPerCall(new RetryHandler(new RetryOptions()) { InnerHandler = new TokenBucketHandler(new TokenBucketOptions() { PermitsPerSecond = 100_000 }) });

        with.Should().Be(without);
    }

    private double BytesPerCall(DelegatingHandler chain)
    {
        const int Calls = 100;
        var pending = new PendingHandler();
        (chain.InnerHandler as DelegatingHandler ?? chain).InnerHandler = pending;
        using var client = new HttpMessageInvoker(chain);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://stub/");
        Call(client, request, pending);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
            Call(client, request, pending);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls;
    }

    private void Call(HttpMessageInvoker client, HttpRequestMessage request, PendingHandler pending)
    {
        var call = client.SendAsync(request, _cancelled);
        pending.Answer();
        call.IsCompletedSuccessfully.Should().BeTrue();
    }

    private sealed class PendingHandler : HttpMessageHandler
    {
        private TaskCompletionSource<HttpResponseMessage> _pending = new();

        // Continues on this thread, whose memory is measured.
        public void Answer() => _pending.SetResult(new());

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => (_pending = new()).Task;
    }
}
