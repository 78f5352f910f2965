using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.Upstreams;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests.Retry;

public sealed class RetryTests : IDisposable
{
    private readonly WireMockServer _upstream = WireMockServer.Start();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _upstream.Dispose();

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(520)]
    [InlineData(529)]
    [InlineData(599)]
    public async Task Sends_again_until_the_server_recovers(int status)
    {
        Answer(status, status, 200);
        using var host = new TestHost(client => client.AddRetry(retry => retry.Jitter = Jitter.Equal), _upstream.Url!);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        _upstream.LogEntries.Should().HaveCount(3);
        host.Clock.Waits.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(421)]
    [InlineData(422)]
    [InlineData(501)]
    [InlineData(505)]
    [InlineData(506)]
    [InlineData(507)]
    [InlineData(508)]
    [InlineData(510)]
    [InlineData(511)]
    public async Task Does_not_repeat_what_another_attempt_cannot_mend(int status)
    {
        Answer(status, 200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);

        using var response = await host.Client.GetAsync("/", Cancelled);

        ((int)response.StatusCode).Should().Be(status);
        _upstream.LogEntries.Should().ContainSingle();
        host.Clock.Waits.Should().BeEmpty();
    }

    [Theory]
    [InlineData("POST", 503, 1)]
    [InlineData("PATCH", 500, 1)]
    [InlineData("POST", 408, 1)]
    [InlineData("POST", 429, 2)]
    [InlineData("PATCH", 425, 2)]
    [InlineData("PUT", 503, 2)]
    [InlineData("DELETE", 502, 2)]
    [InlineData("OPTIONS", 503, 2)]
    [InlineData("QUERY", 503, 2)]
    [InlineData("CUSTOM", 503, 1)]
    public async Task Repeats_only_what_is_safe(string method, int status, int attempts)
    {
        Answer(status, 200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        _upstream.LogEntries.Should().HaveCount(attempts);
        request.RetryReport!.Stopped.Should().Be(attempts == 1 ? RetryStop.NotRepeatable : RetryStop.Final);
    }

    [Fact]
    public async Task Repeats_a_keyed_post_with_the_same_key_and_body()
    {
        Answer(503, 503, 200);
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(), _upstream.Url!);

        using var response = await host.Client.PostAsync("/", new StringContent("pay"), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        _upstream.LogEntries.Select(entry => entry.RequestMessage!.Body).Should().Equal("pay", "pay", "pay");
        _upstream.LogEntries.Select(entry => entry.RequestMessage!.Headers!["Idempotency-Key"].ToString()).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task Does_not_trust_a_key_that_no_policy_declared()
    {
        Answer(503, 200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { { "Idempotency-Key", "k" } } };

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        _upstream.LogEntries.Should().ContainSingle();
    }

    [Fact]
    public async Task Repeats_a_conflict_only_for_a_keyed_request()
    {
        Answer(409, 200);
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(), _upstream.Url!);

        using var response = await host.Client.PostAsync("/", null, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        _upstream.LogEntries.Should().HaveCount(2);
    }

    [Fact]
    public async Task Stops_when_the_server_replays_a_stored_failure()
    {
        _upstream.Given(Request.Create().WithPath("/")).RespondWith(Response.Create().WithStatusCode(500).WithHeader("Idempotent-Replayed", "true"));
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        _upstream.LogEntries.Should().ContainSingle();
        request.RetryReport.Should().Be(new RetryReport(1, RetryStop.FailureReplayed));
    }

    [Fact]
    public async Task Gives_the_last_response_whole_when_the_attempts_are_used_up()
    {
        _upstream.Given(Request.Create().WithPath("/")).RespondWith(Response.Create().WithStatusCode(503).WithBody("down for maintenance"));
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 2), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("down for maintenance");
        request.RetryReport.Should().Be(new RetryReport(3, RetryStop.AttemptsUsedUp));
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_asks()
    {
        Answer(429, 200, "2");
        using var host = new TestHost(client => client.AddRetry(retry => retry.Jitter = Jitter.None), _upstream.Url!);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        host.Clock.Waits.Should().Equal(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("61")]
    [InlineData("4294968")]
    [InlineData("99999999999999999999")]
    public async Task Returns_at_once_what_it_has_when_the_server_asks_for_too_long_a_wait(string retryAfter)
    {
        Answer(429, 200, retryAfter);
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromHours(1)).AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        request.RetryReport!.Stopped.Should().Be(RetryStop.AdviceTooLong);
        host.Clock.Waits.Should().BeEmpty();
    }

    [Fact]
    public async Task Never_starts_a_wait_that_would_end_after_the_deadline()
    {
        Answer(503, 200, "40");
        using var host = new TestHost(client => client.AddTotalTimeout(TimeSpan.FromSeconds(30)).AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        request.RetryReport!.Stopped.Should().Be(RetryStop.DeadlineTooClose);
    }

    [Fact]
    public async Task Knows_a_timeout_that_was_set_on_the_client_itself()
    {
        Answer(503, 200, "40");
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);
        using var client = host.Client;
        client.Timeout = TimeSpan.FromSeconds(30);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await client.SendAsync(request, Cancelled);

        request.RetryReport!.Stopped.Should().Be(RetryStop.DeadlineTooClose);
    }

    [Fact]
    public async Task Disposes_every_response_but_the_last()
    {
        var upstream = new StubHandler(503, 503, 200);
        using var host = new TestHost(client => client.AddRetry(), primary: upstream);

        using var response = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);

        upstream.Disposed.Should().Equal(true, true, false);
    }

    [Fact]
    public async Task Leaves_a_call_without_failures_alone()
    {
        Answer(200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = await host.Client.SendAsync(request, Cancelled);

        request.RetryReport.Should().BeNull();
        host.Log.Lines.Should().BeEmpty();
        ((IDictionary<string, object?>)request.Options).Should().BeEmpty();
    }

    [Fact]
    public async Task Says_in_one_line_what_a_call_that_needed_help_went_through()
    {
        Answer(503, 503, 200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);

        using var response = await host.Client.GetAsync("/secret?token=hidden", Cancelled);

        host.Log.Lines.Should().ContainSingle().Which.Should().Match("Information 100: Client 'test': GET localhost:* ended in 200 after 3 attempts*[503, 503]*Final.").And.NotContain("secret").And.NotContain("hidden");
    }

    [Fact]
    public async Task Sends_once_when_the_request_disables_retries()
    {
        Answer(503, 200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.DisableRetries();

        using var response = await host.Client.SendAsync(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        _upstream.LogEntries.Should().ContainSingle();
    }

    [Fact]
    public async Task Tells_of_every_retry_and_survives_what_the_callback_throws()
    {
        Answer(503, 429, 200);
        var told = new List<(OutcomeKind, int)>();
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.OnRetry = e =>
            {
                told.Add((e.Outcome.Kind, e.Attempt));
                throw new InvalidOperationException("a bug in the callback");
            }),
            _upstream.Url!);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        told.Should().Equal((OutcomeKind.Unavailable, 2), (OutcomeKind.Throttled, 3));
    }

    [Fact]
    public async Task Asks_the_users_rule_instead_of_its_own()
    {
        Answer(404, 200);
        using var host = new TestHost(client => client.AddRetry(retry => retry.ShouldRetry = outcome => outcome.Kind is OutcomeKind.NotFound), _upstream.Url!);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public void Covers_the_synchronous_call()
    {
        Answer(503, 503, 200);
        using var host = new TestHost(client => client.AddRetry(), _upstream.Url!);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");

        using var response = host.Client.Send(request, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        _upstream.LogEntries.Should().HaveCount(3);
    }

    /// <summary>Answers with these statuses in turn, the last one for good; the first with Retry-After if given.</summary>
    private void Answer(params int[] statuses)
    {
        for (var i = 0; i < statuses.Length; i++)
            AnswerStep(i, statuses.Length, Response.Create().WithStatusCode(statuses[i]));
    }

    private void Answer(int first, int then, string retryAfter)
    {
        AnswerStep(0, 2, Response.Create().WithStatusCode(first).WithHeader("Retry-After", retryAfter));
        AnswerStep(1, 2, Response.Create().WithStatusCode(then));
    }

    private void AnswerStep(int step, int steps, IResponseBuilder response)
    {
        var scenario = _upstream.Given(Request.Create().WithPath("/*")).InScenario("script");
        if (step > 0)
            scenario = scenario.WhenStateIs($"{step}");
        scenario.WillSetStateTo($"{Math.Min(step + 1, steps - 1)}").RespondWith(response);
    }
}
