namespace Resilience.Http.Tests;

public sealed class QuotaFieldTests
{
    [Theory]
    [InlineData("x-ratelimit-limit: 60|x-ratelimit-remaining: 0|x-ratelimit-used: 60|x-ratelimit-reset: 1795262460|x-ratelimit-resource: core", null, 60L, 0L, 60.0)]
    [InlineData("X-RateLimit-Limit: 5|X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795262460.5|X-RateLimit-Reset-After: 60.123|X-RateLimit-Bucket: ab", null, 5L, 0L, 60.123)]
    [InlineData("x-rate-limit-limit: 900|x-rate-limit-remaining: 12|x-rate-limit-reset: 1795262460", null, 900L, 12L, 60.0)]
    [InlineData("x-user-limit-24hour-limit: 500|x-user-limit-24hour-remaining: 7|x-user-limit-24hour-reset: 1795262460", "24hour", 500L, 7L, 60.0)]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: 32/40", "calls", 40L, 8L, null)]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: 41/40", "calls", 40L, 0L, null)]
    [InlineData("x-ms-ratelimit-remaining-subscription-reads: 11999", "subscription-reads", null, 11999L, null)]
    [InlineData("x-ms-ratelimit-remaining-resource: Microsoft.Compute/GetVMScaleSet3Min;197,Microsoft.Compute/GetVMScaleSet30Min;1297", "resource", null, 197L, null)]
    [InlineData("x-ratelimit-limit-tokens: 150000|x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 6m0s|x-ratelimit-limit-requests: 60|x-ratelimit-remaining-requests: 59|x-ratelimit-reset-requests: 1s", "tokens", 150000L, 0L, 360.0)]
    [InlineData("anthropic-ratelimit-requests-limit: 50|anthropic-ratelimit-requests-remaining: 0|anthropic-ratelimit-requests-reset: 2026-11-21T12:01:00Z", "requests", 50L, 0L, 60.0)]
    [InlineData("X-RateLimit-Limit: 100|X-RateLimit-Remaining: 1|X-RateLimit-Reset: 2026-11-21T12:01Z|X-RateLimit-NearLimit: true|RateLimit-Reason: jira-burst-based", null, 100L, 1L, 60.0)]
    [InlineData("X-Rate-Limit-Limit: 0|X-Rate-Limit-Remaining: 0|X-Rate-Limit-Reset: 1795262460", null, 0L, 0L, 60.0)]
    [InlineData("X-RateLimit-Limit: 10|X-RateLimit-Remaining: 0|X-RateLimit-FillRate: 2|X-RateLimit-Interval-Seconds: 5", null, 10L, 0L, 5.0)]
    [InlineData("RateLimit-Limit: 100|RateLimit-Remaining: 50|RateLimit-Reset: 50", null, 100L, 50L, 50.0)]
    [InlineData("RateLimit-Limit: 100, 100;w=10|RateLimit-Remaining: 50", null, 100L, 50L, null)]
    [InlineData("RateLimit-Limit: 100;w=10|RateLimit-Remaining: 50", null, 100L, 50L, null)]
    [InlineData("RateLimit-Limit: 100|RateLimit-Remaining: -1", null, 100L, null, null)]
    [InlineData("RateLimit-Limit: 100|RateLimit-Remaining: abc", null, 100L, null, null)]
    [InlineData("RateLimit-Remaining: 0|RateLimit-Reset: 1795262460", null, null, 0L, 60.0)]
    [InlineData("x-ratelimit-remaining: 98.0|x-ratelimit-reset: 60", null, null, 98L, 60.0)]
    [InlineData("x-ratelimit-remaining: 99999999999999999999999999999999", null, null, long.MaxValue, null)]
    [InlineData("x-ratelimit-remaining: 5|x-ratelimit-remaining: 3", null, null, 3L, null)]
    [InlineData("X-RATELIMIT-REMAINING: 3", null, null, 3L, null)]
    [InlineData("X-RateLimit-Remaining: 0, 0|X-RateLimit-Reset: 2, 2", null, null, 0L, 2.0)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Remaining: 0|X-RateLimit-Reset: 2|X-RateLimit-Reset: 3", null, null, 0L, 3.0)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Reset-After: 2.5, 2.5", null, null, 0L, 2.5)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Reset-After: 1795262460", null, null, 0L, 60.0)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Interval-Seconds: 5, 5", null, null, 0L, 5.0)]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: 32/40, 32/40", "calls", 40L, 8L, null)]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: 32/40|X-Shopify-Shop-Api-Call-Limit: 40/40", "calls", 40L, 0L, null)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Interval-Seconds: 5|X-RateLimit-Reset: 30", null, null, 0L, 30.0)]
    [InlineData("X-RateLimit-Limit: 100;60", null, 100L, null, null)]
    [InlineData("RateLimit: \"a\";r=9;t=30|X-RateLimit-Remaining: 8", "a", null, 9L, 30.0)]
    [InlineData("RateLimit: limit=10, remaining=5, reset=50", null, 10L, 5L, 50.0)]
    [InlineData("RateLimit: \"a\";r=0;t=1795262460", "a", null, 0L, 60.0)]
    [InlineData("RateLimit: \"a\";r=0;t=9|RateLimit: \"a\";r=0;t=9|RateLimit-Policy: \"a\";q=7|RateLimit-Policy: \"a\";q=7", "a", 7L, 0L, 9.0)]
    public void Say_what_is_left(string fields, string? quota, long? limit, long? remaining, double? seconds)
        => Answers.Read(fields).Should().Be(new ServerAdvice
        {
            Quota = quota,
            Limit = limit,
            Remaining = remaining,
            Reset = seconds is { } reset ? TimeSpan.FromTicks((long)((decimal)reset * TimeSpan.TicksPerSecond)) : null,
        });

    [Theory]
    [InlineData("x-ratelimit-limit: -1|x-ratelimit-remaining: -1|x-ratelimit-reset: 0")]
    [InlineData("x-ratelimit-limit-tokens: -1|x-ratelimit-remaining-tokens: -1|x-ratelimit-reset-tokens: 0")]
    [InlineData("x-ratelimit-limit: -1|x-ratelimit-reset: 60")]
    [InlineData("x-ratelimit-remaining: -1|x-ratelimit-reset: 60")]
    [InlineData("x-ratelimit-remaining: -1|x-ratelimit-limit: -1|x-ratelimit-reset: 60")]
    [InlineData("x-ratelimit-reset-tokens: soon")]
    [InlineData("x-ratelimit-remaining: ")]
    [InlineData("x-ratelimit-reset: Tue Feb 16 2021 09:02:42 GMT+0100 (CET)")]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: 32")]
    [InlineData("X-Shopify-Shop-Api-Call-Limit: a/b")]
    [InlineData("X-RateLimit-Used: 3|X-RateLimit-Global: true|X-RateLimit-Scope: user|Stripe-Rate-Limited-Reason: global-rate")]
    [InlineData("X-Delimit-Remaining: 0|X-Limit-: 1|ratelimit-: 1|ratelimit--: 0")]
    public void Say_nothing_where_nothing_is_understood(string fields) => Answers.Read(fields).Should().BeNull();

    [Fact]
    public void Are_read_by_the_servers_clock()
        => Answers.Read("Date: Sat, 21 Nov 2026 11:58:00 GMT|X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1795262460")!.Delay.Should().Be(TimeSpan.FromSeconds(180));

    [Theory]
    [InlineData("Age: 1", false)]
    [InlineData("Age: 0", true)]
    [InlineData("Age: -1", true)]
    public void Are_history_in_a_response_from_a_cache(string age, bool counts)
    {
        (Answers.Read($"{age}|X-RateLimit-Remaining: 0") is not null).Should().Be(counts);
        (Answers.Read($"{age}|RateLimit: \"a\";r=0") is not null).Should().Be(counts);
    }
}
