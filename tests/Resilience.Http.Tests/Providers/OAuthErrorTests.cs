namespace Resilience.Http.Tests;

public sealed class OAuthErrorTests
{
    [Theory]
    [InlineData(
        """{"error":"invalid_client","error_description":"Unknown client or wrong secret","error_uri":"https://id.example.net/help/invalid_client"}""",
        """{"title":"invalid_client","detail":"Unknown client or wrong secret","code":"invalid_client","error_uri":"https://id.example.net/help/invalid_client"}""")]
    [InlineData("""{"error":"invalid_scope"}""", """{"title":"invalid_scope","code":"invalid_scope"}""")]
    [InlineData("""{"error":"Something broke","path":"/x"}""", """{"title":"Bad Request","detail":"Something broke"}""")]
    [InlineData("""{"error":"Not Found","message":"No such order"}""", """{"title":"Bad Request","detail":"No such order"}""")]
    [InlineData("""{"error":""}""", """{"title":"Bad Request"}""")]
    public void Is_any_error_that_is_a_string(string body, string expected)
        => ProviderError.Json(ProviderError.Read(400, body)).Should().Be(expected);

    [Theory]
    [InlineData(400, "invalid_request", OutcomeKind.InvalidRequest)]
    [InlineData(400, "invalid_client", OutcomeKind.Unauthorized)]
    [InlineData(401, "invalid_client", OutcomeKind.Unauthorized)]
    [InlineData(400, "invalid_grant", OutcomeKind.Unauthorized)]
    [InlineData(400, "unauthorized_client", OutcomeKind.Forbidden)]
    [InlineData(400, "unsupported_grant_type", OutcomeKind.InvalidRequest)]
    [InlineData(400, "invalid_scope", OutcomeKind.InvalidRequest)]
    [InlineData(400, "slow_down", OutcomeKind.Throttled)]
    [InlineData(503, "internal_error", OutcomeKind.Unavailable)]
    public void Tells_refused_credentials_from_a_bad_request(int status, string error, OutcomeKind kind)
    {
        var problem = ProviderError.Read(status, $$"""{"error":"{{error}}"}""");

        problem.Should().BeEquivalentTo(new { Code = error, Kind = kind });
    }
}
