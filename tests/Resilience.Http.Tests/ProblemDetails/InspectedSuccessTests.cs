using System.Net;
using System.Text;

namespace Resilience.Http.Tests;

public sealed class InspectedSuccessTests
{
    private const string Throttled = """{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}""";
    private const string Partial = """{"errors":[{"message":"m"}],"data":{"a":null}}""";
    private const string NotOk = """{"ok":false,"error":"channel_not_found"}""";

    [Theory]
    [InlineData(Throttled, "application/json")]
    [InlineData(NotOk, "application/json")]
    public async Task Success_is_believed_by_default(string body, string contentType)
    {
        using var response = await SendAsync(new ProblemDetailsOptions(), body, contentType);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Throttled, "application/json", OutcomeKind.Throttled, "THROTTLED")]
    [InlineData(Throttled, "application/graphql-response+json", OutcomeKind.Throttled, "THROTTLED")]
    [InlineData("""{"errors":[{"message":"m"}],"data":null}""", "application/json", OutcomeKind.ServerError, null)]
    [InlineData(NotOk, "application/json", OutcomeKind.NotFound, "channel_not_found")]
    [InlineData("""{"ok":false,"error":"odd"}""", "application/json", OutcomeKind.ClientError, "odd")]
    public async Task Success_is_doubted_by_option(string body, string contentType, OutcomeKind kind, string? code)
    {
        var call = () => SendAsync(Inspecting(ProblemDetailsMode.Throw), body, contentType);

        var thrown = (await call.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Problem.Should().BeEquivalentTo(new { Kind = kind, Code = code, Status = HttpStatusCode.OK });
        thrown.Should().BeEquivalentTo(new { Kind = kind, StatusCode = HttpStatusCode.OK });
    }

    [Theory]
    [InlineData(Partial, "application/json")]
    [InlineData("""{"errors":[],"data":null}""", "application/json")]
    [InlineData("""{"ok":true,"error":"x"}""", "application/json")]
    [InlineData("""{"data":null}""", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData(Throttled, "text/plain")]
    [InlineData("<Error><Code>x</Code></Error>", "application/xml")]
    public async Task Anything_else_is_left_as_it_is(string body, string contentType)
    {
        using var response = await SendAsync(Inspecting(ProblemDetailsMode.Throw), body, contentType);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be(body);
    }

    [Fact]
    public async Task GitHubs_code_stands_beside_the_message()
    {
        const string Body = """{"data":null,"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}""";

        using var response = await SendAsync(Inspecting(ProblemDetailsMode.Respond), Body, "application/json");

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_large_body_is_not_inspected()
    {
        var options = Inspecting(ProblemDetailsMode.Throw);
        options.MaxBodyBytes = Throttled.Length - 1;

        using var response = await SendAsync(options, Throttled, "application/json");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be(Throttled);
    }

    [Fact]
    public async Task A_response_that_only_claimed_success_no_longer_does()
    {
        using var response = await SendAsync(Inspecting(ProblemDetailsMode.Respond), NotOk, "application/json");

        response.Should().BeEquivalentTo(new { StatusCode = HttpStatusCode.NotFound, ReasonPhrase = "Not Found" });
        (await response.ReadProblemDetailsAsync(TestContext.Current.CancellationToken))!.Status.Should().Be(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be(
            """{"type":"about:blank","title":"channel_not_found","status":404,"code":"channel_not_found"}""");
    }

    private static ProblemDetailsOptions Inspecting(ProblemDetailsMode mode) => new() { InspectGraphQL = true, InspectSlack = true, Mode = mode };

    private static async Task<HttpResponseMessage> SendAsync(ProblemDetailsOptions options, string body, string contentType)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { ReasonPhrase = "OK", Content = new StringContent(body, Encoding.UTF8, contentType) };
        using var client = new HttpClient(new ProblemDetailsHandler(options) { InnerHandler = new ScriptedUpstream((_, _) => Task.FromResult(response)) });

        return await client.GetAsync("https://api.example.org/", TestContext.Current.CancellationToken);
    }
}
