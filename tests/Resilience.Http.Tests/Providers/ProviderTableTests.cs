namespace Resilience.Http.Tests;

/// <summary>What each provider documents as <em>throttled</em>, <em>try again</em> and <em>never again</em>, and what becomes of it.</summary>
public sealed class ProviderTableTests
{
    private const string Quota = """{"error":{"code":429,"errors":[{"reason":"dailyLimitExceeded"}]}}""";

    private static readonly Dictionary<string, IAdviceReader?> Providers = new()
    {
        ["Anthropic"] = new CreditAdvice(),
        ["Aws"] = new AwsAdvice(),
        ["Azure"] = new AzureAdvice(),
        ["Discord"] = new DiscordAdvice(),
        ["GitHub"] = new GitHubAdvice(),
        ["Google"] = new GoogleAdvice(),
        ["Grpc"] = new GrpcAdvice(),
        ["OAuth"] = null,
        ["OpenAI"] = new CreditAdvice(),
        ["PayPal"] = null,
        ["Shopify"] = new ShopifyAdvice(),
        ["Slack"] = new SlackAdvice(),
        ["Stripe"] = null,
        ["X"] = new CreditAdvice(),
    };

    [Theory]
    [InlineData("Anthropic", 429, "", """{"type":"error","error":{"type":"rate_limit_error"}}""", Repeatable.Always)]
    [InlineData("Anthropic", 529, "", """{"type":"error","error":{"type":"overloaded_error"}}""", Repeatable.IfSafe)]
    [InlineData("Anthropic", 429, "", """{"error":{"type":"rate_limit_error","details":{"error_code":"enforced_spend_limit_reached"}}}""", Repeatable.Never)]
    [InlineData("Anthropic", 402, "", """{"error":{"type":"billing_error"}}""", Repeatable.Never)]
    [InlineData("Aws", 400, "", """{"__type":"ThrottlingException"}""", Repeatable.Always)]
    [InlineData("Aws", 400, "X-Amzn-Errortype: ThrottlingException, ThrottlingException", "", Repeatable.Always)]
    [InlineData("Aws", 503, "", "<Error><Code>SlowDown</Code></Error>", Repeatable.Always)]
    [InlineData("Aws", 400, "", "<Error><Code>RequestTimeout</Code></Error>", Repeatable.IfSafe)]
    [InlineData("Aws", 400, "", """{"__type":"IDPCommunicationError"}""", Repeatable.IfSafe)]
    [InlineData("Aws", 400, "", """{"__type":"ExpiredTokenException"}""", Repeatable.Never)]
    [InlineData("Aws", 400, "", """{"__type":"ValidationException"}""", Repeatable.Never)]
    [InlineData("Azure", 429, "Retry-After: 5", "", Repeatable.Always)]
    [InlineData("Azure", 449, "", "", Repeatable.IfSafe)]
    [InlineData("Azure", 409, "", """{"error":{"code":"AnotherOperationInProgress","message":"m"}}""", Repeatable.IfSafe)]
    [InlineData("Azure", 503, "x-ms-error-code: ServerBusy", "", Repeatable.IfSafe)]
    [InlineData("Azure", 500, "x-ms-error-code: OperationTimedOut", "", Repeatable.IfSafe)]
    [InlineData("Azure", 403, "x-ms-error-code: AuthorizationFailure", "", Repeatable.Never)]
    [InlineData("Discord", 429, "", """{"message":"m","retry_after":0.5,"global":true}""", Repeatable.Always)]
    [InlineData("Discord", 403, "", """{"message":"Missing Permissions","code":50013}""", Repeatable.Never)]
    [InlineData("GitHub", 403, "", """{"message":"API rate limit exceeded"}""", Repeatable.Always)]
    [InlineData("GitHub", 429, "", """{"message":"You have exceeded a secondary rate limit"}""", Repeatable.Always)]
    [InlineData("GitHub", 200, "x-ratelimit-remaining: 0", """{"data":null,"errors":[{"type":"RATE_LIMITED","message":"m"}]}""", Repeatable.Always)]
    [InlineData("GitHub", 200, "", """{"errors":[{"type":"RATE_LIMIT","message":"m"}]}""", Repeatable.Always)]
    [InlineData("GitHub", 200, "", """{"errors":[{"message":"You have exceeded a secondary rate limit."}]}""", Repeatable.Always)]
    [InlineData("GitHub", 200, "", """{"data":null,"errors":[{"type":"NOT_FOUND","message":"m"}]}""", null)]
    [InlineData("GitHub", 200, "x-ratelimit-remaining: 0", """{"data":{"rateLimit":{"remaining":0}}}""", null)]
    [InlineData("GitHub", 403, "", """{"message":"Resource not accessible by integration"}""", Repeatable.Never)]
    [InlineData("Google", 429, "", """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}""", Repeatable.Always)]
    [InlineData("Google", 403, "", """{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}]}}""", Repeatable.Always)]
    [InlineData("Google", 503, "", """{"error":{"code":503,"status":"UNAVAILABLE"}}""", Repeatable.IfSafe)]
    [InlineData("Google", 429, "", Quota, Repeatable.Never)]
    [InlineData("Google", 403, "", """{"error":{"code":403,"errors":[{"reason":"quotaExceeded"}]}}""", Repeatable.Never)]
    [InlineData("Grpc", 200, "grpc-status: 14", "", Repeatable.IfSafe)]
    [InlineData("Grpc", 200, "grpc-status: 8", "", Repeatable.IfSafe)]
    [InlineData("Grpc", 200, "grpc-status: 5", "", null)]
    [InlineData("Grpc", 200, "", "", null)]
    [InlineData("OAuth", 503, "", """{"error":"temporarily_unavailable"}""", Repeatable.IfSafe)]
    [InlineData("OAuth", 400, "", """{"error":"invalid_grant"}""", Repeatable.Never)]
    [InlineData("OpenAI", 429, "", """{"error":{"type":"requests","code":"rate_limit_exceeded"}}""", Repeatable.Always)]
    [InlineData("OpenAI", 429, "", """{"error":{"type":"rate_limit_error","code":"slow_down"}}""", Repeatable.Always)]
    [InlineData("OpenAI", 503, "", """{"error":{"code":"server_is_overloaded"}}""", Repeatable.IfSafe)]
    [InlineData("OpenAI", 429, "", """{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}""", Repeatable.Never)]
    [InlineData("OpenAI", 429, "", """{"error":{"type":"insufficient_quota","code":"project_spend_limit_exceeded"}}""", Repeatable.Never)]
    [InlineData("OpenAI", 429, "", """{"error":{"code":"credit_balance_exhausted"}}""", Repeatable.Never)]
    [InlineData("OpenAI", 429, "", """{"error":{"type":"billing_not_active"}}""", Repeatable.Never)]
    [InlineData("PayPal", 429, "", """{"name":"RATE_LIMIT_REACHED"}""", Repeatable.Always)]
    [InlineData("PayPal", 500, "", """{"name":"INTERNAL_SERVER_ERROR"}""", Repeatable.IfSafe)]
    [InlineData("PayPal", 422, "", """{"name":"UNPROCESSABLE_ENTITY"}""", Repeatable.Never)]
    [InlineData("Shopify", 429, "Retry-After: 2.0", "", Repeatable.Always)]
    [InlineData("Shopify", 200, "", """{"errors":[{"extensions":{"code":"THROTTLED"}}]}""", Repeatable.Always)]
    [InlineData("Shopify", 200, "", """{"errors":[{"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}""", Repeatable.IfSafe)]
    [InlineData("Shopify", 200, "", """{"errors":[{"extensions":{"code":"MAX_COST_EXCEEDED"}}]}""", null)]
    [InlineData("Slack", 429, "Retry-After: 30", """{"ok":false,"error":"ratelimited"}""", Repeatable.Always)]
    [InlineData("Slack", 200, "", """{"ok":false,"error":"ratelimited"}""", Repeatable.Always)]
    [InlineData("Slack", 200, "", """{"ok":false,"error":"internal_error"}""", Repeatable.IfSafe)]
    [InlineData("Slack", 200, "", """{"ok":false,"error":"service_unavailable"}""", Repeatable.IfSafe)]
    [InlineData("Slack", 200, "", """{"ok":false,"error":"channel_not_found"}""", null)]
    [InlineData("Slack", 200, "", """{"ok":true,"error":"ratelimited"}""", null)]
    [InlineData("Stripe", 429, "Stripe-Rate-Limited-Reason: global-rate", "", Repeatable.Always)]
    [InlineData("Stripe", 429, "", """{"error":{"code":"lock_timeout"}}""", Repeatable.Always)]
    [InlineData("Stripe", 409, "Stripe-Should-Retry: true", "", Repeatable.IfSafe)]
    [InlineData("Stripe", 402, "Stripe-Should-Retry: true, true", "", Repeatable.IfSafe)]
    [InlineData("Stripe", 402, "", """{"error":{"type":"card_error"}}""", Repeatable.Never)]
    [InlineData("X", 429, "x-rate-limit-remaining: 0", """{"errors":[{"code":88,"message":"m"}]}""", Repeatable.Always)]
    [InlineData("X", 503, "", """{"errors":[{"code":130,"message":"Over capacity"}]}""", Repeatable.IfSafe)]
    [InlineData("X", 429, "", """{"title":"UsageCapExceeded","period":"Monthly"}""", Repeatable.Never)]
    public void Is_obeyed(string provider, int status, string fields, string body, object? expected)
    {
        using var response = Answers.With(status, fields, body);
        var advice = AdviceIn(response, Providers[provider], body, provider is "Shopify" ? "/admin/api/graphql.json" : "/graphql");
        var outcome = Outcome.FromResponse(response, advice);

        outcome.IsSuccess.Should().Be(expected is null);
        if (expected is Repeatable repeatable)
            RetryRules.Judge(new AttemptResult(new HttpRequestMessage(HttpMethod.Get, "https://a.example/"), outcome), couldHelp: null).Should().Be(repeatable);
    }

    [Fact]
    public void Knows_every_provider()
        => typeof(Outcome).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IAdviceReader)) && type.IsClass)
            .Should().OnlyContain(type => Providers.Values.Any(reader => reader != null && reader.GetType() == type));

    [Fact]
    public void An_account_without_credit_asks_for_no_wait()
    {
        using var response = Answers.With(429, "Retry-After: 20", """{"error":{"type":"insufficient_quota"}}""");

        var outcome = Outcome.FromResponse(response, AdviceIn(response, new CreditAdvice(), """{"error":{"type":"insufficient_quota"}}""", "/"));

        (outcome.Kind, outcome.Advice!.Delay).Should().Be((OutcomeKind.Forbidden, null));
    }

    private static ServerAdvice? AdviceIn(HttpResponseMessage response, IAdviceReader? reader, string body, string path)
    {
        var request = response.RequestMessage = new(HttpMethod.Get, $"https://api.example.org{path}");
        var standard = StandardAdvice.Read(response, Answers.Noon);
        return reader?.CanRead(request, response) is true ? reader.Read(request, response, body, standard) : standard;
    }
}
