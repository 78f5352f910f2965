namespace Resilience.Http.Tests;

public sealed class ProviderAdviceTests
{
    private const string DynamoDb = """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Table 'orders' is over its write capacity."}""";

    [Theory]
    [InlineData(403, "x-ratelimit-remaining: 0|x-ratelimit-reset: 1795262460", "API rate limit exceeded for user.", true, 60.0)]
    [InlineData(429, "x-ratelimit-remaining: 0|x-ratelimit-reset: 1795262460|retry-after: 5", "", true, 5.0)]
    [InlineData(403, "x-ratelimit-remaining: 4990|retry-after: 30", "You have exceeded a secondary rate limit", true, 30.0)]
    [InlineData(403, "x-ratelimit-remaining: 4990|x-ratelimit-reset: 1795262460", "You have exceeded a secondary rate limit", true, 60.0)]
    [InlineData(403, "x-ratelimit-remaining: 4990", "Resource not accessible by integration", false, null)]
    [InlineData(403, "x-ratelimit-remaining: 0|x-ratelimit-reset: 1795262460", "Resource not accessible by integration", false, 60.0)]
    [InlineData(403, "", "You have triggered an abuse detection mechanism.", true, 60.0)]
    [InlineData(403, "retry-after: 7", "You have triggered an abuse detection mechanism.", true, 7.0)]
    [InlineData(403, "x-ratelimit-remaining: 0|x-ratelimit-reset: 1795262460", null, true, 60.0)]
    public void GitHubs_limits_are_told_from_real_refusals(int status, string fields, string? message, bool isLimit, double? seconds)
    {
        var advice = Read(new GitHubAdvice(), status, fields, message is null ? "" : $$"""{"message":"{{message}}"}""");

        (advice?.IsThrottled is true, advice?.Delay?.TotalSeconds).Should().Be((isLimit, seconds));
    }

    [Theory]
    [InlineData("X-Amzn-Errortype: ThrottlingException", "", true)]
    [InlineData("X-Amzn-Errortype: ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.service/", "", true)]
    [InlineData("X-Amzn-Errortype: aws.protocoltests.restjson#ThrottlingException", "", true)]
    [InlineData("X-Amzn-Errortype: aws.protocoltests.restjson#ThrottlingException:http://internal.amazon.com/", "", true)]
    [InlineData("X-Amzn-Errortype: ValidationException", DynamoDb, false)]
    [InlineData("", DynamoDb, true)]
    [InlineData("", """{"code":"TooManyRequestsException"}""", true)]
    [InlineData("", """{"code":17}""", false)]
    [InlineData("", """{"message":"ThrottlingException"}""", false)]
    [InlineData("", "<Error><Code>SlowDown</Code><Message/></Error>", true)]
    [InlineData("", "<Error><Code>NoSuchKey</Code></Error>", false)]
    [InlineData("", "<Error><Code>SlowDown", false)]
    [InlineData("", "[]", false)]
    public void Aws_throttles_by_name(string fields, string body, bool isLimit)
        => (Read(new AwsAdvice(), 400, fields, body)?.IsThrottled is true).Should().Be(isLimit);

    [Theory]
    [InlineData("3.5s", 3.5)]
    [InlineData("30s", 30.0)]
    [InlineData("0.000000001s", 0.0)]
    [InlineData("-1s", null)]
    [InlineData("3.5", null)]
    [InlineData("s", null)]
    public void Google_says_how_long_in_the_body(string delay, double? seconds)
    {
        var body = $$$$"""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"X"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{{{delay}}}}"}]}}""";

        Read(new GoogleAdvice(), 429, "", body)?.RetryAfter?.TotalSeconds.Should().Be(seconds);
    }

    [Theory]
    [InlineData("""{"error":{"code":403,"errors":[{"domain":"usageLimits","reason":"userRateLimitExceeded"}]}}""", true)]
    [InlineData("""{"error":{"code":403,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED"}]}}""", true)]
    [InlineData("""{"error":{"code":403,"errors":[{"reason":"forbidden"}]}}""", false)]
    [InlineData("""{"error":"access_denied"}""", false)]
    public void Google_refuses_for_a_rate_limit_with_a_403(string body, bool isLimit)
        => (Read(new GoogleAdvice(), 403, "", body)?.IsThrottled is true).Should().Be(isLimit);

    [Theory]
    [InlineData("""{"message":"You are being rate limited.","retry_after":0.65,"global":false}""", 0.65)]
    [InlineData("""{"retry_after":1e-1}""", 0.1)]
    [InlineData("""{"retry_after":-1}""", 1)]
    [InlineData("""{"retry_after":"soon"}""", 1)]
    [InlineData("not json", 1)]
    public void Discord_says_how_long_in_the_body(string body, double seconds)
        => Read(new DiscordAdvice(), 429, "Retry-After: 1|X-RateLimit-Remaining: 9", body)!.Delay.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("/admin/api/2026-07/graphql.json", "THROTTLED", true, 4.0)]
    [InlineData("/admin/api/2026-07/graphql.json", "ACCESS_DENIED", false, null)]
    [InlineData("/admin/api/2026-07/orders.json", "THROTTLED", false, null)]
    public void Shopifys_graph_refuses_with_a_200(string path, string code, bool isLimit, double? seconds)
    {
        var body = $$$$"""{"errors":[{"message":"Throttled","extensions":{"code":"{{{{code}}}}"}}],"extensions":{"cost":{"requestedQueryCost":302,"throttleStatus":{"maximumAvailable":1000.0,"currentlyAvailable":102,"restoreRate":50.0} } } }""";

        var advice = Read(new ShopifyAdvice(), 200, "", body, path);

        (advice?.IsThrottled is true, advice?.Delay?.TotalSeconds).Should().Be((isLimit, seconds));
    }

    [Fact]
    public void An_answer_of_a_stub_does_not_name_its_request()
    {
        using var response = new HttpResponseMessage();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://api.example.org/graphql");
        using var ofShopify = new HttpRequestMessage(HttpMethod.Post, "https://shop.example.org/admin/api/2026-07/graphql.json");

        new GitHubAdvice().CanRead(request, response).Should().BeTrue();
        new ShopifyAdvice().CanRead(ofShopify, response).Should().BeTrue();
    }

    private static ServerAdvice? Read(IAdviceReader reader, int status, string fields, string body, string path = "/")
    {
        using var response = Answers.With(status, fields, body);
        response.RequestMessage = new(HttpMethod.Get, $"https://api.example.org{path}");
        var standard = StandardAdvice.Read(response, Answers.Noon);
        return reader.CanRead(response.RequestMessage, response) ? reader.Read(response.RequestMessage, response, body, standard) : standard;
    }
}
