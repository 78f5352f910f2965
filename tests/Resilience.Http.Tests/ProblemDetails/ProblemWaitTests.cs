using Microsoft.Extensions.DependencyInjection;
using WireMock.ResponseBuilders;

namespace Resilience.Http.Tests;

/// <summary>The wait that a problem tells of: what the client was advised.</summary>
public sealed class ProblemWaitTests
{
    private const string Limited = """{"message":"You are being rate limited.","retry_after":0.65,"global":false}""";
    private const string Costly = """{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":202,"throttleStatus":{"currentlyAvailable":102,"restoreRate":50.0}}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Retry-After", "7", 7.0)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("RateLimit", "\"default\";r=0;t=30", 30.0)]
    [InlineData("RateLimit", "\"default\";r=5;t=30", null)]
    public async Task Is_what_the_fields_advise(string name, string value, double? seconds)
    {
        using var host = Host(_ => { });
        host.Upstream.Answer(Json(429, """{"title":"Slow down"}""").WithHeader(name, value));

        (await WaitAsync(host)).Should().Be(seconds);
    }

    [Theory]
    [InlineData(false, 1.0)]
    [InlineData(true, 0.65)]
    public async Task Is_the_finer_one_in_the_body_if_the_client_goes_by_that(bool knowsDiscord, double seconds)
    {
        using var host = Host(client => AddDiscord(client, knowsDiscord));
        host.Upstream.Answer(Json(429, Limited).WithHeader("Retry-After", "1"));

        (await WaitAsync(host)).Should().Be(seconds);
    }

    [Fact]
    public async Task Is_that_of_the_body_if_nothing_else_advises_one()
    {
        using var host = Host(_ => { });
        host.Upstream.Answer(Json(429, Limited));

        (await WaitAsync(host)).Should().Be(0.65);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_what_is_missing_of_a_GraphQL_budget(bool isRetried)
    {
        using var host = Host(client => (isRetried ? client.AddRetry() : client).AddShopifyAdvice());
        host.Upstream.Answer(Json(200, Costly));

        (await WaitAsync(host, "/graphql.json")).Should().Be(2);
        host.Upstream.Requests.Should().Be(isRetried ? 4 : 1);
    }

    [Fact]
    public async Task Is_the_least_one_of_a_limit_that_names_none()
    {
        using var host = Host(client => client.AddGitHubAdvice());
        host.Upstream.Answer(Json(403, """{"message":"You have exceeded a secondary rate limit."}"""));

        (await WaitAsync(host)).Should().Be(60);
    }

    [Fact]
    public async Task Is_the_same_when_it_is_read_from_the_response()
    {
        using var host = new TestHost(client => client.AddDiscordAdvice().AddRetry());
        host.Upstream.Answer(Json(429, Limited).WithHeader("Retry-After", "1"));

        using var response = await host.Client.GetAsync("/", Cancelled);

        (await response.ReadProblemDetailsAsync(Cancelled))!.RetryAfter.Should().Be(TimeSpan.FromSeconds(0.65));
    }

    private static IResponseBuilder Json(int status, string body)
        => Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json").WithBody(body);

    private static void AddDiscord(IResilientHttpClientBuilder client, bool isKnown)
    {
        if (isKnown)
            client.AddDiscordAdvice();
    }

    private static TestHost Host(Action<IResilientHttpClientBuilder> policies) => new(client => policies(client.AddProblemDetails(problems => problems.InspectGraphQL = true)));

    private static async Task<double?> WaitAsync(TestHost host, string path = "/")
    {
        var call = () => host.Client.GetAsync(path, Cancelled);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.RetryAfter.Should().Be(thrown.Problem.RetryAfter);
        return thrown.Problem.RetryAfter?.TotalSeconds;
    }
}
