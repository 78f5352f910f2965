using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Over real sockets: what is tested is what the transport makes of connections that break.</summary>
public sealed class BrokenConnectionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Breaks => ["reset before the request", "reset after the request", "close", "short body", "reset in the body", "truncated chunks"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_get_survives_a_connection_that_breaks(string how)
    {
        await using var upstream = ScriptedServer.Start(Broken(how), Reply.Ok("whole"));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("whole");
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_post_that_may_have_been_acted_on_is_not_repeated(string how)
    {
        await using var upstream = ScriptedServer.Start(Broken(how), Reply.Ok("whole"));
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered), upstream.Url);

        var sending = () => host.Client.PostAsync("/", new StringContent("pay"), Cancelled);

        (await sending.Should().ThrowAsync<HttpRequestException>()).Which.Should().NotBeAssignableTo<ResilienceException>();
        upstream.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_failure_whose_body_breaks_off_while_it_is_searched_for_advice_stays_that_failure()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Status(403, "halfway").CutAfter(3), Reply.Ok());
        using var host = new TestHost(client => client.AddGitHubAdvice().AddRetry(retry => retry.MaxRetries = 0).AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.Probes) = (1, 1)), upstream.Url);
        using var failed = await host.Client.GetAsync("/", Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(7));

        using var probe = await host.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);

        probe.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task A_body_that_is_larger_than_the_client_buffers_is_refused_by_the_client()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok(new string('x', 1001)));
        using var host = new TestHost(client => client.AddRetry().ConfigureHttpClient(http => http.MaxResponseContentBufferSize = 1000), upstream.Url);

        var sending = () => host.Client.GetAsync("/", Cancelled);

        (await sending.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ConfigurationLimitExceeded);
    }

    [Fact]
    public async Task A_post_to_a_refused_connection_is_repeated_since_nothing_was_sent()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.MaxRetries = 2), ScriptedServer.RefusedUrl);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StreamContent(new OneShotStream()) };

        var sending = () => host.Client.SendAsync(request, Cancelled);

        (await sending.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ConnectionError);
        request.GetRetryReport().Should().BeEquivalentTo(new RetryReport(3, RetryStopReason.AttemptsUsedUp));
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("POST", 1)]
    public async Task Garbage_is_asked_for_again_where_that_is_safe(string method, int requests)
    {
        await using var upstream = ScriptedServer.Start(Reply.Garbage(), Reply.Ok("whole"));
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);
        using var request = new HttpRequestMessage(new(method), "/");

        var sending = () => host.Client.SendAsync(request, Cancelled);

        if (requests > 1)
            (await sending()).Dispose();
        else
            (await sending.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.InvalidResponse);
        upstream.Attempts.Should().HaveCount(requests);
    }

    [Fact]
    public async Task A_content_factory_makes_a_fresh_body_for_every_attempt()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/");
        request.SetContentFactory(() => new StreamContent(new OneShotStream()));

        using var response = await host.Client.SendAsync(request, Cancelled);

        upstream.Attempts.Select(sent => sent.Text).Should().Equal(OneShotStream.Text, OneShotStream.Text);
    }

    [Fact]
    public async Task A_retry_after_a_redirect_is_the_request_as_the_caller_wrote_it()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(302).WithHeader("Location", "/target"), Reply.Status(503), Reply.Ok());
        using var host = new TestHost(client => client.AddIdempotencyKey().AddRetry(), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/start") { Content = new StringContent("pay"), Headers = { { "Authorization", "Bearer token" } } };

        using var response = await host.Client.SendAsync(request, Cancelled);

        upstream.Attempts.Select(sent => $"{sent.Method} {sent.Path} {sent.Text} {sent.Header("Authorization")}")
            .Should().Equal("POST /start pay Bearer token", "GET /target  ", "POST /start pay Bearer token");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_superseded_response_leaves_its_connection_to_the_next_attempt(bool chunked)
    {
        var busy = Reply.Status(503, new string('x', 2000));
        await using var upstream = ScriptedServer.Start(chunked ? busy.Chunked() : busy, Reply.Ok());
        using var host = new TestHost(client => client.AddRetry(retry => (retry.Jitter, retry.ResponseBodies) = (Jitter.None, ResponseBodies.None)), upstream.Url, inRealTime: true);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.IsSuccessStatusCode.Should().BeTrue();
        upstream.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_failure_whose_body_breaks_off_is_still_that_failure()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(400, "what was wrong").CutAfter(4), Reply.Ok());
        using var host = new TestHost(client => client.AddProblemDetails().AddRetry(), upstream.Url);

        var sending = () => host.Client.GetAsync("/", Cancelled);

        (await sending.Should().ThrowAsync<ProblemDetailsException>()).Which.StatusCode.Should().Be(System.Net.HttpStatusCode.BadRequest);
        upstream.Attempts.Should().ContainSingle();
    }

    private static Reply Broken(string how) => how switch
    {
        "reset before the request" => Reply.Reset(),
        "reset after the request" => Reply.ResetAfterRequest(),
        "close" => Reply.Close(),
        "short body" => Reply.Ok("half of it").CutAfter(4),
        "reset in the body" => Reply.Ok("half of it").ResetAfter(4),
        _ => Reply.Ok("half of it").Chunked().CutAfter(4),
    };

    private sealed class OneShotStream() : MemoryStream(System.Text.Encoding.UTF8.GetBytes(Text), writable: false)
    {
        public const string Text = "read me once";

        public override bool CanSeek => false;
    }
}
