namespace Resilience.Http.Tests;

public sealed class BearerChallengeTests
{
    [Theory]
    [InlineData(
        """Bearer realm="api", error="invalid_token", error_description="The access token expired", scope="read" """,
        """{"title":"invalid_token","detail":"The access token expired","code":"invalid_token","scope":"read"}""")]
    [InlineData("Bearer error=invalid_token", """{"title":"invalid_token","code":"invalid_token"}""")]
    [InlineData("bearer ERROR = \"insufficient_scope\" ,scope=\"a b\"", """{"title":"insufficient_scope","code":"insufficient_scope","scope":"a b"}""")]
    [InlineData("""Basic realm="x", Bearer realm="y, error=no", error="invalid_request" """, """{"title":"invalid_request","code":"invalid_request"}""")]
    [InlineData("""Bearer error="a\"b", error_description="c\\d" """, """{"title":"a\"b","detail":"c\\d","code":"a\"b"}""")]
    [InlineData("""Bearer realm="api" """, """{"title":"Unauthorized"}""")]
    [InlineData("Bearer", """{"title":"Unauthorized"}""")]
    [InlineData("""Basic error="invalid_token" """, """{"title":"Unauthorized"}""")]
    [InlineData("Bearer error=", """{"title":"Unauthorized"}""")]
    public void Speaks_for_a_body_that_says_nothing(string challenge, string expected)
    {
        var problem = ProviderError.Read(401, "", "Content-Type: text/plain", $"WWW-Authenticate: {challenge}");

        ProviderError.Json(problem).Should().Be(expected);
    }

    [Theory]
    [InlineData("""{"error":"other"}""", "other")]
    [InlineData("""{"unknown":1}""", "invalid_token")]
    public void Gives_way_to_a_body_that_is_understood(string body, string code)
        => ProviderError.Read(401, body, "WWW-Authenticate: Bearer error=\"invalid_token\"").Code.Should().Be(code);
}
