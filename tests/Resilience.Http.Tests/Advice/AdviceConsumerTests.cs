using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

public sealed class AdviceConsumerTests
{
    private const string Limit = """{"message":"You have exceeded a secondary rate limit"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retry_stops_when_the_server_says_no()
    {
        using var upstream = Script((503, "x-should-retry: false", ""), (200, "", ""));
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(1, RetryStopReason.ServerSaidNo));
    }

    [Theory]
    [InlineData("GET", 400, 2)]
    [InlineData("GET", 501, 2)]
    [InlineData("POST", 400, 1)]
    public async Task Retry_repeats_what_the_server_says_if_that_is_safe(string method, int status, int attempts)
    {
        using var upstream = Script((status, "x-should-retry: true", ""), (200, "", ""));
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);
        using var request = new HttpRequestMessage(new(method), "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        upstream.Attempts.Count.Should().Be(attempts);
    }

    [Theory]
    [InlineData("retry-after-ms: 1250", 1.25)]
    [InlineData("RateLimit: \"a\";r=0;t=3", 3)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795262402", 2)]
    public async Task Retry_waits_as_long_as_told(string fields, double seconds)
    {
        using var upstream = Script((429, fields, ""), (200, "", ""));
        using var host = new TestHost(client => client.AddRetry(retry => retry.Jitter = Jitter.None), primary: upstream);

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Clock.Timers.Should().Equal(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(Limit, 2)]
    [InlineData("""{"message":"Resource not accessible by integration"}""", 1)]
    public async Task Retry_repeats_even_a_post_that_a_limit_refused_with_a_403(string body, int attempts)
    {
        using var upstream = Script((403, body == Limit ? "retry-after: 1" : "x-ratelimit-remaining: 9", body), (200, "", ""));
        using var host = new TestHost(client => client.AddGitHubAdvice().AddRetry().AddCircuitBreaker(), primary: upstream);

        using var response = await host.Client.PostAsync(new Uri("/", UriKind.Relative), new StringContent("{}"), Cancelled);

        upstream.Attempts.Count.Should().Be(attempts);
    }

    [Fact]
    public async Task The_body_that_a_reader_saw_stays_readable()
    {
        using var upstream = Script((403, "retry-after: 300", Limit));
        using var host = new TestHost(client => client.AddGitHubAdvice().AddRetry().AddCircuitBreaker().AddTokenBucket(bucket => bucket.PermitsPerSecond = 10), primary: upstream);

        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be(Limit);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
    }

    [Fact]
    public async Task A_synchronous_call_reads_the_body_too()
    {
        using var upstream = Script((403, "retry-after: 1", Limit), (200, "", ""));
        using var host = new TestHost(client => client.AddGitHubAdvice().AddRetry(), primary: upstream);
        using var client = host.Client;

        using var response = await Task.Run(() => client.Send(new(HttpMethod.Get, "/"), Cancelled), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_circuit_counts_limits_and_opens_as_long_as_advised()
    {
        using var upstream = Script((403, "retry-after: 120", Limit));
        using var host = new TestHost(client => client.AddGitHubAdvice().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), primary: upstream, clock: new VirtualClock());

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Inside.Circuits.Single().RetryAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(120)).And.BeLessThan(TimeSpan.FromSeconds(150));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bucket_pauses_after_a_success_that_used_up_the_quota(bool retries)
    {
        using var upstream = Script((200, "x-ratelimit-limit: 60|x-ratelimit-remaining: 0|x-ratelimit-reset: 1795262460", ""));
        using var host = new TestHost(client => (retries ? client.AddRetry() : client).AddTokenBucket(bucket => bucket.PermitsPerSecond = 10), primary: upstream, clock: new VirtualClock());

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Inside.TokenBuckets.Single().PausedUntil.Should().Be(TestHost.Start.AddSeconds(60));
    }

    [Fact]
    public async Task A_bucket_goes_on_while_something_is_left()
    {
        using var upstream = Script((200, "Retry-After: 9|x-ratelimit-remaining: 1|x-ratelimit-reset: 1795262460", ""));
        using var host = new TestHost(client => client.AddRetry().AddTokenBucket(bucket => bucket.PermitsPerSecond = 10), primary: upstream, clock: new VirtualClock());

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Inside.TokenBuckets.Single().PausedUntil.Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_advice_of_each_authority_can_be_seen(bool retries)
    {
        using var upstream = Script((200, "x-ratelimit-limit: 60|x-ratelimit-remaining: 59", ""));
        using var host = new TestHost(client => (retries ? client.AddRetry() : client).AddTokenBucket(bucket => bucket.PermitsPerSecond = 10), primary: upstream, clock: new VirtualClock());

        using var response = await host.Client.GetAsync("/", Cancelled);

        host.Inside.Advice.Should().ContainSingle().Which.Should().BeEquivalentTo(new PartitionAdvice("http://upstream.test:80", new() { Limit = 60, Remaining = 59 }, TestHost.Start));
        host.Inside.Advice.Single().ToString().Should().StartWith($"http://upstream.test:80 at {TestHost.Start:u}: ").And.Contain("Remaining = 59");
    }

    [Fact]
    public async Task A_reader_that_throws_is_logged_and_passed_over()
    {
        using var upstream = Script((500, "Retry-After: 1", ""), (200, "", ""));
        using var host = new TestHost(client => client.AddAdvice(new FailingReader()).AddRetry(), primary: upstream);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Log.Lines.Should().Contain(line => line.Contains("the callback for IAdviceReader failed", StringComparison.Ordinal));
    }

    private static ScriptedUpstream Script(params (int Status, string Fields, string Body)[] answers)
    {
        var next = -1;
        return new((_, _) => answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)] is var answer ? Answers.With(answer.Status, answer.Fields, answer.Body) : null!);
    }

    private sealed class FailingReader : IAdviceReader
    {
        public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice) => throw new InvalidOperationException("No.");
    }
}
