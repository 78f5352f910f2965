namespace Resilience.Http.Tests;

public sealed class StripeErrorTests
{
    [Fact]
    public void Says_why_a_card_was_declined()
    {
        var problem = ProviderError.Read(
            402,
            """{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"The card has too little money for this purchase.","param":"payment_method","doc_url":"https://docs.stripe.com/error-codes/card-declined","request_log_url":"https://dashboard.stripe.com/test/logs/req_Zz41"}}""",
            "Request-Id: req_Zz41");

        ProviderError.Json(problem).Should().Be("""{"title":"Payment Required","detail":"The card has too little money for this purchase.","error_type":"card_error","code":"card_declined","request_id":"req_Zz41","decline_code":"insufficient_funds","param":"payment_method","doc_url":"https://docs.stripe.com/error-codes/card-declined","request_log_url":"https://dashboard.stripe.com/test/logs/req_Zz41"}""");
        problem.Should().BeEquivalentTo(new { Code = "card_declined", Kind = OutcomeKind.ClientError });
    }

    [Theory]
    [InlineData(429, """{"error":{"message":"m","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}""", "rate_limit_exceeded", OutcomeKind.Throttled)]
    [InlineData(429, """{"error":{"message":"m","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", "insufficient_quota", OutcomeKind.Forbidden)]
    [InlineData(400, """{"error":{"message":"m","type":"invalid_request_error","param":null,"code":null}}""", "invalid_request_error", OutcomeKind.InvalidRequest)]
    [InlineData(529, """{"type":"error","error":{"type":"overloaded_error","message":"m"}}""", "overloaded_error", OutcomeKind.Unavailable)]
    public void Takes_the_type_for_a_code_where_there_is_no_other(int status, string body, string code, OutcomeKind kind)
    {
        var problem = ProviderError.Read(status, body);

        problem.Should().BeEquivalentTo(new { Code = code, Detail = "m", Kind = kind });
    }

    [Fact]
    public void Passes_no_secret_on()
    {
        var problem = ProviderError.Read(402, """{"error":{"type":"card_error","payment_intent":{"client_secret":"pi_secret"},"source":{},"charge":{"receipt_url":"u"},"param":"p"}}""");

        problem.Extensions.Keys.Should().Equal("error_type", "code", "param");
    }
}
