namespace Resilience.Http.Tests;

public sealed class GoogleErrorTests
{
    [Fact]
    public void Says_which_quota_is_used_up_and_for_how_long()
    {
        var problem = ProviderError.Read(
            429,
            """{"error":{"code":429,"message":"Read quota for project 'demo' is used up.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"books.googleapis.com","metadata":{"quota_limit":"ReadsPerMinute"}},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"}]}}""");

        ProviderError.Json(problem).Should().Be(
            """{"title":"Too Many Requests","detail":"Read quota for project 'demo' is used up.","code":"RESOURCE_EXHAUSTED","reason":"RATE_LIMIT_EXCEEDED","domain":"books.googleapis.com","metadata":{"quota_limit":"ReadsPerMinute"}}""");
        problem.Should().BeEquivalentTo(new { Code = "RESOURCE_EXHAUSTED", Kind = OutcomeKind.Throttled, RetryAfter = TimeSpan.FromSeconds(3.5) });
    }

    [Fact]
    public void Lists_the_fields_that_are_wrong()
    {
        var problem = ProviderError.Read(
            400,
            """{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"book.title","description":"Too long"}]},{"@type":"type.googleapis.com/google.rpc.Help","links":[{"url":"https://example.com/help"}]},{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"r1"}]}}""");

        ProviderError.Json(problem).Should().Be(
            """{"title":"Bad Request","detail":"m","code":"INVALID_ARGUMENT","help_url":"https://example.com/help","request_id":"r1","errors":[{"detail":"Too long","field":"book.title"}]}""");
    }

    [Theory]
    [InlineData("userRateLimitExceeded", OutcomeKind.Throttled)]
    [InlineData("rateLimitExceeded", OutcomeKind.Throttled)]
    [InlineData("insufficientPermissions", OutcomeKind.Forbidden)]
    public void Tells_a_limit_from_a_lack_of_permission_in_the_older_form(string reason, OutcomeKind kind)
    {
        var problem = ProviderError.Read(403, $$$"""{"error":{"errors":[{"domain":"usageLimits","reason":"{{{reason}}}","message":"m"}],"code":403,"message":"m"}}""");

        problem.Should().BeEquivalentTo(new { Code = reason, Kind = kind, Detail = "m" });
    }
}
