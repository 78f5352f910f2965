namespace Resilience.Http.Tests;

public sealed class OtherProvidersTests
{
    [Theory]
    [InlineData("""{"message":"You are being rate limited.","retry_after":0.65,"global":false}""", """{"title":"Too Many Requests","detail":"You are being rate limited.","global":false}""", null, 0.65)]
    [InlineData("""{"message":"m","retry_after":1,"global":true,"code":30001}""", """{"title":"Too Many Requests","detail":"m","code":30001,"global":true}""", "30001", 1d)]
    [InlineData("""{"message":"m","code":50035,"errors":{"a":{"_errors":[]}}}""", """{"title":"Too Many Requests","detail":"m","code":50035,"errors":{"a":{"_errors":[]}}}""", "50035", null)]
    [InlineData("""{"message":"m","retry_after":-1,"global":true}""", """{"title":"Too Many Requests","detail":"m","global":true}""", null, null)]
    [InlineData("""{"message":"m","retry_after":1e300,"global":true}""", """{"title":"Too Many Requests","detail":"m","global":true}""", null, null)]
    public void Discord_says_how_long_to_wait(string body, string expected, string? code, double? wait)
    {
        var problem = ProviderError.Read(429, body);

        ProviderError.Json(problem).Should().Be(expected);
        problem.Code.Should().Be(code);
        (problem.RetryAfter?.TotalSeconds).Should().Be(wait);
    }

    [Theory]
    [InlineData("""{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"users:read"}""", """{"title":"missing_scope","code":"missing_scope","needed":"chat:write","provided":"users:read"}""", OutcomeKind.Forbidden)]
    [InlineData("""{"ok":false,"error":"ratelimited"}""", """{"title":"ratelimited","code":"ratelimited"}""", OutcomeKind.Throttled)]
    [InlineData("""{"ok":false,"error":"odd"}""", """{"title":"odd","code":"odd"}""", OutcomeKind.InvalidRequest)]
    [InlineData("""{"ok":false}""", """{"title":"Bad Request"}""", OutcomeKind.InvalidRequest)]
    public void Slack_is_not_ok(string body, string expected, OutcomeKind kind)
    {
        var problem = ProviderError.Read(400, body);

        ProviderError.Json(problem).Should().Be(expected);
        problem.Kind.Should().Be(kind);
    }

    [Theory]
    [InlineData("""{"name":"UNPROCESSABLE_ENTITY","message":"m","debug_id":"d1","details":[{"field":"/purchase_units/0/amount","issue":"AMOUNT_MISMATCH","description":"Off by one"}]}""", """{"title":"Bad Request","detail":"m","code":"UNPROCESSABLE_ENTITY","debug_id":"d1","errors":[{"code":"AMOUNT_MISMATCH","detail":"Off by one","pointer":"#/purchase_units/0/amount"}]}""")]
    [InlineData("""{"name":"A","message":"m","debug_id":"d1"}""", """{"title":"Bad Request","detail":"m","code":"A","debug_id":"d1"}""")]
    public void PayPal_has_a_name_for_it(string body, string expected) => ProviderError.Json(ProviderError.Read(400, body)).Should().Be(expected);

    [Theory]
    [InlineData("""{"errors":"Not Found"}""", """{"title":"Bad Request","detail":"Not Found"}""")]
    [InlineData("""{"errors":["Too long"]}""", """{"title":"Bad Request","detail":"Too long","errors":[{"detail":"Too long"}]}""")]
    [InlineData("""{"errors":{"title":["is blank","is odd"],"base":"x"}}""", """{"title":"Bad Request","errors":[{"detail":"is blank","pointer":"#/title"},{"detail":"is odd","pointer":"#/title"},{"detail":"x","pointer":"#/base"}]}""")]
    [InlineData("""{"message":"m","errors":{"title":["is blank"]}}""", """{"title":"Bad Request","detail":"m","errors":[{"detail":"is blank","pointer":"#/title"}]}""")]
    [InlineData("""{"type":"urn:a:b","title":"t","errors":{"Name":["is blank"]}}""", """{"type":"urn:a:b","title":"t","errors":{"Name":["is blank"]}}""")]
    [InlineData("""{"errors":[5]}""", """{"title":"Bad Request"}""")]
    [InlineData("""{"errors":5}""", """{"title":"Bad Request"}""")]
    public void Shopify_lists_errors_in_three_forms(string body, string expected) => ProviderError.Json(ProviderError.Read(400, body)).Should().Be(expected);

    [Theory]
    [InlineData("""{"errors":[{"code":88,"message":"Rate limit exceeded"}]}""", """{"title":"Bad Request","detail":"Rate limit exceeded","code":88}""")]
    [InlineData("""{"errors":[{"code":1,"message":"m"},{"code":2,"message":"n"}]}""", """{"title":"Bad Request","detail":"m","code":1,"errors":[{"code":1,"detail":"m"},{"code":2,"detail":"n"}]}""")]
    [InlineData("""{"type":"https://api.twitter.com/2/problems/invalid-request","title":"Invalid Request","detail":"d","errors":[{"message":"m"}]}""", """{"type":"https://api.twitter.com/2/problems/invalid-request","title":"Invalid Request","detail":"d","errors":[{"message":"m"}]}""")]
    public void X_has_numbers_and_later_problems(string body, string expected) => ProviderError.Json(ProviderError.Read(400, body)).Should().Be(expected);

    [Theory]
    [InlineData("""{"message":"m"}""", """{"title":"Bad Request","detail":"m"}""")]
    [InlineData("""{"message":"m","code":"E1","other":1}""", """{"title":"Bad Request","detail":"m","code":"E1"}""")]
    [InlineData("""{"message":5}""", """{"title":"Bad Request"}""")]
    [InlineData("""{"error":{"reason":"unknown"}}""", """{"title":"Bad Request"}""")]
    public void Of_anyone_else_a_message_is_taken_and_nothing_more(string body, string expected) => ProviderError.Json(ProviderError.Read(400, body)).Should().Be(expected);
}
