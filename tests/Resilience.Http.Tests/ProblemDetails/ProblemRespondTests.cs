using System.Net.Http.Headers;

namespace Resilience.Http.Tests;

/// <summary>The response that takes the place of a failed one.</summary>
public sealed class ProblemRespondTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leaves_a_response_alone_that_is_a_problem_already()
    {
        using var upstream = FailedOrder.Answered(403, """{"title":"Out of credit","status":499}""");

        using var response = await FailedOrder.GetAsync(upstream, ProblemDetailsMode.Respond);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("""{"title":"Out of credit","status":499}""");
    }

    [Theory]
    [InlineData("text/html", "<h1>Gone fishing</h1>", """{"type":"about:blank","title":"Method Not Allowed","status":405}""")]
    [InlineData("application/problem+json", "[]", """{"type":"about:blank","title":"Method Not Allowed","status":405}""")]
    [InlineData("application/json", """{"type":"urn:a:b","title":"t","x":[1]}""", """{"type":"urn:a:b","title":"t","status":405,"x":[1]}""")]
    [InlineData("application/problem+xml", "<problem xmlns='urn:ietf:rfc:7807'><title>t</title></problem>", """{"type":"about:blank","title":"t","status":405}""")]
    public async Task Makes_a_problem_of_any_other_response(string contentType, string body, string problem)
    {
        using var upstream = FailedOrder.Answered(405, body, contentType);

        using var response = await FailedOrder.GetAsync(upstream, ProblemDetailsMode.Respond);

        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be(problem);
        response.Content.Headers.ContentType.Should().Be(new MediaTypeHeaderValue("application/problem+json"));
        response.Content.Headers.ContentLength.Should().Be(problem.Length);
        upstream.Attempts.Select(attempt => attempt.IsResponseDisposed).Should().Equal(true);
    }

    [Fact]
    public async Task Keeps_the_fields_that_are_not_about_the_body_it_replaces()
    {
        using var upstream = FailedOrder.Answered(405, "<p>", "text/html");

        using var response = await FailedOrder.GetAsync(upstream, ProblemDetailsMode.Respond);
        await response.Content.LoadIntoBufferAsync(Cancelled);

        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(7));
        response.Content.Headers.Select(header => header.Key).Should().BeEquivalentTo("Allow", "Content-Type", "Content-Length");
        response.RequestMessage!.RequestUri.Should().Be("https://api.example.org/orders/1");
    }
}
