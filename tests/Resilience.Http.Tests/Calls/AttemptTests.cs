using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Policies that stand next to each other share one attempt; a foreign handler between them parts them.</summary>
public sealed class AttemptTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Policies_on_both_sides_of_a_foreign_handler_do_their_part()
    {
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.MaxRetries = 1).AddHttpMessageHandler(() => new Passing()).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 2).AddAttemptTimeout(),
            primary: new ScriptedUpstream(503));

        using var failed = await host.Client.GetAsync("/", Cancelled);
        var shed = await Record.ExceptionAsync(() => host.Client.GetAsync("/", Cancelled));

        failed.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        shed.Should().BeOfType<CircuitOpenException>();
    }

    [Fact]
    public async Task A_body_is_read_within_the_attempt_on_the_far_side_of_a_foreign_handler()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("broken").CutAfter(3), Reply.Ok("whole"));
        using var host = new TestHost(client => client.AddRetry().AddHttpMessageHandler(() => new Passing()).AddCircuitBreaker().AddAttemptTimeout(), upstream.Url);

        var body = await host.Client.GetStringAsync("/", Cancelled);

        body.Should().Be("whole");
    }

    [Fact]
    public async Task A_bucket_beyond_a_foreign_handler_knows_how_much_of_the_call_is_left()
    {
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(6)).AddRetry(FiveSecondsLater).AddHttpMessageHandler(() => new Passing())
                .AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (0.125, 1)),
            primary: new ScriptedUpstream(503),
            clock: new() { LongestJump = TimeSpan.FromSeconds(5) });

        var refused = await Record.ExceptionAsync(() => host.Client.GetAsync("/", Cancelled));

        refused.Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.WouldMissDeadline);
    }

    [Fact]
    public async Task A_bucket_behind_a_limiter_knows_how_much_of_the_call_is_left()
    {
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1 });
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(6)).AddRetry(FiveSecondsLater).AddRateLimiter(limiter)
                .AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (0.125, 1)),
            primary: new ScriptedUpstream(503),
            clock: new() { LongestJump = TimeSpan.FromSeconds(5) });

        var refused = await Record.ExceptionAsync(() => host.Client.GetAsync("/", Cancelled));

        refused.Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.WouldMissDeadline);
    }

    [Fact]
    public async Task A_refusal_says_that_attempts_before_it_were_sent()
    {
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 2), primary: new ScriptedUpstream(503));

        var refused = await Record.ExceptionAsync(() => host.Client.GetAsync("/", Cancelled));
        var second = await Record.ExceptionAsync(() => host.Client.GetAsync("/", Cancelled));

        refused.Should().BeOfType<CircuitOpenException>().Which.Attempts.Should().Be(2);
        refused!.Message.Should().Contain("the request was not sent again, because");
        second!.Message.Should().Contain("the request was not sent, because");
    }

    [Fact]
    public async Task Waiting_for_a_permit_is_not_the_servers_slowness()
    {
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => (breaker.SlowCallDuration, breaker.ConsecutiveFailures) = (TimeSpan.FromSeconds(1), 1))
                .AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst) = (0.5, 1)),
            primary: new ScriptedUpstream(200));

        using var first = await host.Client.GetAsync("/", Cancelled);
        using var second = await host.Client.GetAsync("/", Cancelled);

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(2));
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task Concurrent_calls_keep_their_attempts_apart()
    {
        using var host = new TestHost(client => client.AddStandardPolicies(), primary: new ScriptedUpstream(Echo), inRealTime: true);

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => host.Client.GetStringAsync($"/{i}", Cancelled))));

        answers.Should().Equal(Enumerable.Range(0, 500).Select(i => $"/{i}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_probe_that_a_bucket_refuses_gives_its_place_back(bool insideRetry)
    {
        using var host = new TestHost(
            client => (insideRetry ? client.AddRetry(retry => retry.MaxRetries = 0) : client)
                .AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.Probes) = (1, 1))
                .AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.QueueLimit) = (0.1, 1, 0)),
            primary: new ScriptedUpstream(503, 200));
        using var failed = await host.Client.GetAsync("/", Cancelled);

        host.Clock.Advance(TimeSpan.FromSeconds(7));
        var refused = await Record.ExceptionAsync(() => host.Client.GetAsync("/", Cancelled));
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        using var probed = await host.Client.GetAsync("/", Cancelled);

        refused.Should().BeOfType<RateLimitedException>();
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Advice_is_noted_once_however_many_policies_go_by_it(bool insideRetry)
    {
        using var host = new TestHost(
            client => (insideRetry ? client.AddRetry(retry => retry.MaxRetries = 0) : client).AddHttpMessageHandler(() => new Passing()).AddCircuitBreaker().AddTokenBucket(bucket => bucket.PermitsPerSecond = 9),
            primary: new ScriptedUpstream((_, _) => new(HttpStatusCode.TooManyRequests) { Headers = { { "RateLimit", "\"a\";r=0;t=3" } } }));
        using var measurements = new Measurements(host.Inside);

        using var response = await host.Client.GetAsync("/", Cancelled);

        measurements.Of("resilience.http.advice.limits").Should().ContainSingle();
    }

    private static void FiveSecondsLater(RetryOptions retry)
        => (retry.BaseDelay, retry.MaxDelay, retry.Jitter) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), Jitter.None);

    private static HttpResponseMessage Echo(HttpRequestMessage request, CancellationToken cancelled)
        => new() { Content = new StringContent(request.RequestUri!.AbsolutePath) };

    private sealed class Passing : DelegatingHandler;
}
