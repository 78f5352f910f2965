using System.Net;
using System.Text;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

public sealed class ResponseProblemTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task Success_is_no_problem(int status)
    {
        using var response = FailedResponse.With(status, "application/problem+json", "{}"u8.ToArray());

        (await response.ReadProblemDetailsAsync(_cancelled)).Should().BeNull();
        (await response.EnsureSuccessOrThrowProblemAsync(_cancelled)).Should().BeSameAs(response);
    }

    [Fact]
    public async Task A_failure_is_read_without_any_handler_and_as_often_as_one_likes()
    {
        using var response = FailedResponse.With(429, "application/problem+json", """{"title":"Slow down"}"""u8.ToArray());
        response.Headers.TryAddWithoutValidation("Retry-After", "2.5");

        var first = await response.ReadProblemDetailsAsync(_cancelled);
        var second = await response.ReadProblemDetailsAsync(_cancelled);

        first.Should().BeEquivalentTo(new { Title = "Slow down", Kind = OutcomeKind.Throttled, RetryAfter = TimeSpan.FromSeconds(2.5) });
        second.Should().BeEquivalentTo(first);
        (await response.Content.ReadAsStringAsync(_cancelled)).Should().Be("""{"title":"Slow down"}""");
    }

    [Fact]
    public async Task A_failure_is_thrown_on_demand_and_its_response_disposed()
    {
        var body = new TrickleStream("""{"title":"Slow down"}"""u8.ToArray(), failure: null, hangs: false);
        var response = FailedResponse.With(429, null, []);
        response.Content = new TrickleContent(body) { Headers = { { "Content-Type", "application/problem+json" } } };

        var ensure = () => response.EnsureSuccessOrThrowProblemAsync(_cancelled);

        var thrown = (await ensure.Should().ThrowAsync<ProblemDetailsException>()).Which;
        thrown.Should().BeEquivalentTo(new { Message = "The server answered 429 Too Many Requests: Slow down.", StatusCode = HttpStatusCode.TooManyRequests });
        body.IsClosed.Should().BeTrue();
    }

    [Theory]
    [InlineData(HttpCompletionOption.ResponseContentRead, 1_000)]
    [InlineData(HttpCompletionOption.ResponseHeadersRead, 1_000)]
    [InlineData(HttpCompletionOption.ResponseContentRead, 1_000_000)]
    [InlineData(HttpCompletionOption.ResponseHeadersRead, 1_000_000)]
    public async Task The_body_stays_readable_over_the_wire(HttpCompletionOption completion, int padding)
    {
        var body = $$"""{"title":"Taken","padding":"{{new string('x', padding)}}"}""";
        using var upstream = WireMockServer.Start();
        upstream.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(409).WithHeader("Content-Type", "application/problem+json").WithBody(body));
        using var client = new HttpClient();
        using var response = await client.GetAsync(upstream.Url, completion, _cancelled);

        var problem = await response.ReadProblemDetailsAsync(_cancelled);

        problem!.Title.Should().Be(padding < FailedResponse.Limit ? "Taken" : "Conflict");
        Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(_cancelled)).Should().Be(body);
    }
}
