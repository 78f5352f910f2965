using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.ResponseBuilders;

namespace Resilience.Http.Tests;

public sealed class ProblemDetailsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Throws_what_the_server_says(bool async)
    {
        using var upstream = FailedOrder.Answered(403, """{"type":"/problems/out-of-credit","title":"Out of credit","detail":"30, but it costs 50.","balance":30}""");

        var call = () => FailedOrder.GetAsync(upstream, ProblemDetailsMode.Throw, async);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Should().BeEquivalentTo(new { StatusCode = HttpStatusCode.Forbidden, Kind = OutcomeKind.Forbidden, Attempts = 1, RetryAfter = TimeSpan.FromSeconds(7) });
        thrown.Message.Should().Be("Client '': the server answered 403 Forbidden: Out of credit (https://api.example.org/problems/out-of-credit).");
        thrown.Problem.Should().BeEquivalentTo(new { Detail = "30, but it costs 50.", Status = HttpStatusCode.Forbidden, RetryAfter = TimeSpan.FromSeconds(7) });
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task Leaves_success_alone(int status)
    {
        using var upstream = FailedOrder.Answered(status, "{}");

        using var response = await FailedOrder.GetAsync(upstream, ProblemDetailsMode.Throw);

        response.StatusCode.Should().Be((HttpStatusCode)status);
        response.Content.GetType().Name.Should().Be("ReplyContent");
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(false);
    }

    [Fact]
    public async Task Reads_no_body_when_told_to_read_none()
    {
        using var upstream = FailedOrder.Answered(403, """{"title":"Out of credit"}""");
        using var host = TestHost.Around(new ProblemDetailsHandler(new ProblemDetailsOptions { MaxBodyBytes = 0 }), upstream);

        var call = () => host.GetAsync();

        (await call.Should().ThrowAsync<ProblemDetailsException>()).Which.Problem.Title.Should().Be("Forbidden");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_added_to_a_client_by_name(bool async)
    {
        using var host = new TestHost(client => client.AddProblemDetails());
        host.Upstream.Answer(Response.Create().WithStatusCode(409).WithHeader("Content-Type", "application/problem+json").WithBody("""{"type":"/problems/taken","title":"Taken"}"""));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{host.Upstream.Url}/orders/1");

        var call = () => host.SendAsync(request, async);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Message.Should().Be($"Client 'test': the server answered 409 Conflict: Taken ({host.Upstream.Url}/problems/taken).");
        host.Inside.ToString().Should().Be("test: ProblemDetails (Throw)");
    }

    [Theory]
    [InlineData(OutcomeKind.Unavailable, 3)]
    [InlineData(OutcomeKind.ConnectionFailed, 3)]
    [InlineData(OutcomeKind.CircuitOpen, 0)]
    [InlineData(OutcomeKind.NotFound, 1)]
    public async Task Counts_the_attempts_that_it_stands_for(OutcomeKind kind, int attempts)
    {
        using var upstream = kind switch
        {
            OutcomeKind.Unavailable => new ScriptedUpstream(503),
            OutcomeKind.NotFound => new ScriptedUpstream(404),
            OutcomeKind.CircuitOpen => new ScriptedUpstream(script => script.Answer(Reply.Throw(new Unsent(kind, TimeSpan.Zero)))),
            _ => new ScriptedUpstream(script => script.Answer(Reply.Throw(new HttpRequestException(HttpRequestError.ConnectionError)))),
        };
        using var retry = new RetryHandler(new RetryOptions { MaxRetries = 2, BaseDelay = TimeSpan.Zero }) { InnerHandler = upstream };

        var call = () => FailedOrder.GetAsync(retry, ProblemDetailsMode.Throw);

        (await call.Should().ThrowAsync<ProblemDetailsException>()).Which.Should().BeEquivalentTo(new { Kind = kind, Attempts = attempts });
    }
}
