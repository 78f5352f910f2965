using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Calls that fail without an answer.</summary>
public sealed class UnansweredTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OutcomeKind.Timeout)]
    [InlineData(OutcomeKind.CircuitOpen)]
    [InlineData(OutcomeKind.RejectedByLimiter)]
    [InlineData(OutcomeKind.ConnectionFailed)]
    public async Task Throws_failures_without_a_response_in_the_same_form(OutcomeKind kind)
    {
        var failure = new Unsent(kind, TimeSpan.FromSeconds(4.2));
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.Throw(failure)));

        var call = () => FailedOrder.GetAsync(upstream, ProblemDetailsMode.Throw);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.InnerException.Should().BeSameAs(failure);
        thrown.Should().BeEquivalentTo(new { failure.Message, Kind = kind, StatusCode = (HttpStatusCode?)null, RetryAfter = TimeSpan.FromSeconds(4.2) });
        thrown.Problem.Should().BeEquivalentTo(new { Kind = kind, Status = (HttpStatusCode?)null, Type = "about:blank", Detail = failure.Message });
    }

    [Theory]
    [InlineData(ProblemDetailsMode.Throw)]
    [InlineData(ProblemDetailsMode.Respond)]
    public async Task Prints_no_password_of_a_proxy(ProblemDetailsMode mode)
    {
        await using var proxy = ScriptedServer.Start(Reply.Status(403));
        using var transport = new SocketsHttpHandler { Proxy = new WebProxy(new Uri($"http://alice:s3cret@127.0.0.1:{proxy.Url.Port}/")) };
        using var host = new TestHost(client => client.AddProblemDetails(problems => problems.Mode = mode), new("https://api.test/"), transport);

        var printed = new List<string>();
        try
        {
            using var response = await host.Client.GetAsync("/", Cancelled);
            printed.Add(await response.Content.ReadAsStringAsync(Cancelled));
        }
        catch (ProblemDetailsException failure)
        {
            printed.AddRange([failure.Message, failure.Problem.ToJson()]);
        }

        printed.Should().AllSatisfy(text => text.Should().Contain("127.0.0.1").And.NotContain("alice").And.NotContain("s3cret"));
    }

    [Theory]
    [InlineData(OutcomeKind.Timeout, 504, true)]
    [InlineData(OutcomeKind.CircuitOpen, 503, true)]
    [InlineData(OutcomeKind.RejectedByLimiter, 429, true)]
    [InlineData(OutcomeKind.ConnectionFailed, 502, true)]
    [InlineData(OutcomeKind.ConnectionFailed, 502, false)]
    public async Task Answers_failures_without_a_response_as_a_gateway_would(OutcomeKind kind, int status, bool async)
    {
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.Throw(new Unsent(kind, TimeSpan.FromSeconds(4.2)))));

        using var response = await FailedOrder.GetAsync(upstream, ProblemDetailsMode.Respond, async);

        response.StatusCode.Should().Be((HttpStatusCode)status);
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(5));
        response.RequestMessage!.RequestUri.Should().Be("https://api.example.org/orders/1");
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        body.RootElement.GetProperty("status").GetInt32().Should().Be(status);
        (await response.ReadProblemDetailsAsync(Cancelled)).Should().BeEquivalentTo(new { Kind = kind, Detail = "Not sent." });
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.ResponseEnded)]
    public async Task Keeps_what_the_network_said(HttpRequestError error)
    {
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.Throw(new HttpRequestException(error, "refused"))));

        var call = () => FailedOrder.GetAsync(upstream, ProblemDetailsMode.Throw);

        var thrown = (await call.Should().ThrowAsync<HttpRequestException>()).Which;
        thrown.Should().BeEquivalentTo(new { HttpRequestError = error, Message = "refused", Kind = OutcomeKind.ConnectionFailed, Attempts = 1 });
    }

    [Theory]
    [InlineData(ProblemDetailsMode.Throw)]
    [InlineData(ProblemDetailsMode.Respond)]
    public async Task Does_not_blame_others_for_a_token_that_could_not_be_had(ProblemDetailsMode mode)
    {
        var tokens = new TokenServers();
        tokens.Issuer.Answer = _ => TokenIssuer.Json(401, """{"error":"invalid_client"}""");
        using var host = tokens.Host(outside: client => client.AddProblemDetails(problems => problems.Mode = mode).AddRetry());

        var thrown = await Record.ExceptionAsync(async () => (await host.GetAsync()).Should().Be(502));

        if (mode is ProblemDetailsMode.Throw)
            thrown.Should().BeOfType<ProblemDetailsException>().Which.Should().BeEquivalentTo(new { Kind = OutcomeKind.ServerError, StatusCode = (HttpStatusCode?)null, Attempts = 0 });
        else
            thrown.Should().BeNull();
    }

    [Fact]
    public async Task Says_nothing_of_a_wait_that_nobody_asked_for()
    {
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.Throw(new TaskCanceledException("connect", new TimeoutException("ConnectTimeout")))));

        using var response = await FailedOrder.GetAsync(upstream, ProblemDetailsMode.Respond);

        response.StatusCode.Should().Be(HttpStatusCode.GatewayTimeout);
        response.Headers.RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task Answers_for_a_server_that_is_not_there()
    {
        using var host = new TestHost(client => client.AddProblemDetails(problems => problems.Mode = ProblemDetailsMode.Respond), ScriptedServer.RefusedUrl);

        using var response = await host.Client.GetAsync("/", Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        (await response.ReadProblemDetailsAsync(Cancelled))!.Kind.Should().Be(OutcomeKind.ConnectionFailed);
    }
}
