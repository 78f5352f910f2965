using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

public sealed class ProblemDetailsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Throws_what_the_server_says(bool async)
    {
        using var upstream = ProblemBench.Answering(403, """{"type":"/problems/out-of-credit","title":"Out of credit","detail":"30, but it costs 50.","balance":30}""");

        var call = async () => await ProblemBench.SendAsync(upstream, ProblemDetailsMode.Throw, async);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Should().BeEquivalentTo(new { StatusCode = HttpStatusCode.Forbidden, Kind = OutcomeKind.Forbidden, Attempts = 1, RetryAfter = TimeSpan.FromSeconds(7) });
        thrown.Message.Should().Be("Client '': the server answered 403 Forbidden: Out of credit (https://api.example.org/problems/out-of-credit).");
        thrown.Problem.Should().BeEquivalentTo(new { Detail = "30, but it costs 50.", Status = HttpStatusCode.Forbidden, RetryAfter = TimeSpan.FromSeconds(7) });
        upstream.Disposed.Should().Equal(true);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task Leaves_success_alone(int status)
    {
        using var upstream = ProblemBench.Answering(status, "{}");

        using var response = await ProblemBench.SendAsync(upstream, ProblemDetailsMode.Throw);

        response.StatusCode.Should().Be((HttpStatusCode)status);
        response.Content.Should().BeOfType<TrackedContent>();
        upstream.Disposed.Should().Equal(false);
    }

    [Fact]
    public async Task Reads_no_body_when_told_to_read_none()
    {
        using var upstream = ProblemBench.Answering(403, """{"title":"Out of credit"}""");

        using var handler = new ProblemDetailsHandler(new ProblemDetailsOptions { MaxBodyBytes = 0 }) { InnerHandler = upstream };
        using var client = new HttpClient(handler);

        var call = () => client.GetAsync("https://api.example.org/", Cancelled);

        (await call.Should().ThrowAsync<ProblemDetailsException>()).Which.Problem.Title.Should().Be("Forbidden");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_added_to_a_client_by_name(bool async)
    {
        using var upstream = WireMockServer.Start();
        upstream.Given(Request.Create()).RespondWith(Response.Create()
            .WithStatusCode(409).WithHeader("Content-Type", "application/problem+json").WithBody("""{"type":"/problems/taken","title":"Taken"}"""));
        var registering = new ServiceCollection();
        registering.AddResilientHttpClient("orders").AddProblemDetails();
        await using var services = registering.BuildServiceProvider();
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");

        var call = async () => await ProblemBench.SendAsync(client, $"{upstream.Url}/orders/1", async, Cancelled);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Message.Should().Be($"Client 'orders': the server answered 409 Conflict: Taken ({upstream.Url}/problems/taken).");
        services.GetRequiredService<ResilienceRegistry>()["orders"].ToString().Should().Be("orders: ProblemDetails (Throw)");
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
            OutcomeKind.Unavailable => new StubHandler(503),
            OutcomeKind.NotFound => new StubHandler(404),
            OutcomeKind.CircuitOpen => ProblemBench.Throwing(new Unsent(kind, TimeSpan.Zero)),
            _ => ProblemBench.Throwing(new HttpRequestException(HttpRequestError.ConnectionError)),
        };
        using var retry = new RetryHandler(new RetryOptions { MaxRetries = 2, BaseDelay = TimeSpan.Zero }) { InnerHandler = upstream };
        using var client = new HttpClient(ProblemBench.Handler(retry, ProblemDetailsMode.Throw));

        var call = () => client.GetAsync("https://api.example.org/", Cancelled);

        (await call.Should().ThrowAsync<ProblemDetailsException>()).Which.Should().BeEquivalentTo(new { Kind = kind, Attempts = attempts });
    }
}
