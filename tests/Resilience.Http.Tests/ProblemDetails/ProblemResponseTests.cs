using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Resilience.Http.Tests;

public sealed class ProblemResponseTests
{
    [Fact]
    public async Task A_problem_of_an_upstream_is_passed_on_as_it_is()
    {
        var problem = new Problem
        {
            Status = HttpStatusCode.TooManyRequests,
            Kind = OutcomeKind.Throttled,
            Detail = "Slow down.",
            RetryAfter = TimeSpan.FromSeconds(1.2),
            Extensions = new Dictionary<string, JsonElement> { ["code"] = JsonElement.Parse("\"quota\"") },
        };

        using var response = problem.ToResponse();

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        response.ToString().Should().ContainAll("Retry-After: 2", "RateLimit: \"default\";r=0;t=2", "Content-Type: application/problem+json");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be(
            """{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Slow down.","code":"quota"}""");
    }

    [Theory]
    [InlineData(OutcomeKind.ClientError, 400)]
    [InlineData(OutcomeKind.Unauthorized, 401)]
    [InlineData(OutcomeKind.Forbidden, 403)]
    [InlineData(OutcomeKind.NotFound, 404)]
    [InlineData(OutcomeKind.Conflict, 409)]
    [InlineData(OutcomeKind.InvalidRequest, 400)]
    [InlineData(OutcomeKind.Throttled, 429)]
    [InlineData(OutcomeKind.ServerError, 502)]
    [InlineData(OutcomeKind.Unavailable, 503)]
    [InlineData(OutcomeKind.Timeout, 504)]
    [InlineData(OutcomeKind.ConnectionFailed, 502)]
    [InlineData(OutcomeKind.CircuitOpen, 503)]
    [InlineData(OutcomeKind.RejectedByLimiter, 429)]
    [InlineData(OutcomeKind.Cancelled, 504)]
    [InlineData(OutcomeKind.Success, 500)]
    public void What_has_no_status_of_its_own_or_claims_success_gets_that_of_a_gateway(OutcomeKind kind, int status)
    {
        new Problem { Kind = kind }.ResponseStatus.Should().Be((HttpStatusCode)status);
        new Problem { Kind = kind, Status = HttpStatusCode.OK }.ResponseStatus.Should().Be((HttpStatusCode)status);
        new Problem { Kind = kind, Status = (HttpStatusCode)418 }.ResponseStatus.Should().Be((HttpStatusCode)418);
    }

    [Theory]
    [InlineData(OutcomeKind.CircuitOpen, 4.2, "5", null)]
    [InlineData(OutcomeKind.RejectedByLimiter, 4.2, "5", "\"default\";r=0;t=5")]
    [InlineData(OutcomeKind.Throttled, -3d, "0", "\"default\";r=0;t=0")]
    [InlineData(OutcomeKind.Throttled, null, null, null)]
    public void Fields_say_only_what_is_known(OutcomeKind kind, double? wait, string? retryAfter, string? rateLimit)
    {
        using var response = new Problem { Kind = kind, RetryAfter = wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null }.ToResponse();

        Field("Retry-After").Should().Be(retryAfter);
        Field("RateLimit").Should().Be(rateLimit);

        string? Field(string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
    }

    [Fact]
    public void The_longest_wait_is_written_in_digits()
    {
        using var response = new Problem { RetryAfter = TimeSpan.MaxValue }.ToResponse();

        response.Headers.GetValues("Retry-After").Should().Equal("922337203686");
    }

    [Fact]
    public void A_failure_of_ours_is_passed_on_without_the_names_of_what_is_inside()
    {
        var failure = new CircuitOpenException("payments", "https://10.0.0.7", CircuitState.Open, TimeSpan.FromSeconds(3));

        failure.ToProblem().ToJson().Should().Be("""{"type":"about:blank","title":"Service Unavailable","status":503}""");
        new ProblemDetailsException("payments", new Unanswered(failure, failure.Kind).ToProblem(), null, failure).ToProblem()
            .Should().BeEquivalentTo(new { Kind = OutcomeKind.CircuitOpen, RetryAfter = TimeSpan.FromSeconds(3), Detail = (string?)null });
    }

    [Fact]
    public void What_the_upstream_said_is_passed_on_by_its_exception()
    {
        var problem = new Problem { Status = HttpStatusCode.Conflict, Detail = "Taken." };

        new ProblemDetailsException("orders", problem, null).ToProblem().Should().BeSameAs(problem);
    }

    [Fact]
    public void Failures_that_others_throw_are_passed_on_too()
    {
        new HttpRequestException("refused", null, HttpStatusCode.NotFound).ToProblem().ResponseStatus.Should().Be(HttpStatusCode.NotFound);
        new HttpRequestException(HttpRequestError.ConnectionError, "refused").ToProblem().ResponseStatus.Should().Be(HttpStatusCode.BadGateway);
    }

    [Fact]
    public void Is_written_to_a_pipe_as_it_is_written_to_text()
    {
        var problem = new Problem { Kind = OutcomeKind.Timeout, Title = "Schön", Type = "urn:a:b" };
        var output = new ArrayBufferWriter<byte>();

        problem.WriteTo(output);

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be(problem.ToJson());
    }
}
