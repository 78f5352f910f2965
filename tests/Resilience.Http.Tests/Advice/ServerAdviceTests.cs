using FsCheck;
using FsCheck.Fluent;

namespace Resilience.Http.Tests;

public sealed class ServerAdviceTests
{
    [Theory]
    [InlineData("retry-after-ms: 250|Retry-After: 1", 0.25)]
    [InlineData("retry-after-ms: 1500.5", 1.5005)]
    [InlineData("x-ms-retry-after-ms: 0|Retry-After: 301", 0.0)]
    [InlineData("retry-after-ms: -5|Retry-After: 1", 1.0)]
    [InlineData("retry-after-ms: abc|Retry-After: 1", 1.0)]
    [InlineData("retry-after-ms: |Retry-After: 1", 1.0)]
    [InlineData("Retry-After: 2.0|X-Shopify-Shop-Api-Call-Limit: 40/40", 2.0)]
    [InlineData("Retry-After: 5|RateLimit: \"a\";r=0;t=60", 5.0)]
    [InlineData("RateLimit: \"a\";r=0;t=30|X-RateLimit-Remaining: 0|X-RateLimit-Reset: 31", 30.0)]
    [InlineData("RateLimit: \"a\";r=9;t=30|X-RateLimit-Remaining: 0|X-RateLimit-Reset: 31", 31.0)]
    [InlineData("X-RateLimit-Remaining: 0|X-RateLimit-Reset: 60|X-RateLimit-Reset-After: 1.5", 1.5)]
    [InlineData("Retry-After: 7|X-RateLimit-Remaining: 0|X-RateLimit-Reset-After: 6.5", 7.0)]
    [InlineData("RateLimit: \"a\";r=9;t=30", null)]
    [InlineData("X-RateLimit-Remaining: 9|X-RateLimit-Reset-After: 6.5", null)]
    [InlineData("X-RateLimit-Reset: 60", null)]
    [InlineData("X-RateLimit-Remaining: 0", null)]
    public void Asks_for_a_wait(string fields, double? seconds)
        => Answers.Read(fields)!.Delay.Should().Be(seconds is { } wait ? TimeSpan.FromTicks((long)((decimal)wait * TimeSpan.TicksPerSecond)) : null);

    [Theory]
    [InlineData("retry-after-ms: 250, 250", 0.25)]
    [InlineData("retry-after-ms: 250|retry-after-ms: 500", 0.5)]
    [InlineData("x-ms-retry-after-ms: 1795262460000", 60)]
    [InlineData("x-ms-retry-after-ms: 1000000000000", 0)]
    [InlineData("x-ms-retry-after-ms: 2000000000", 2_000_000)]
    [InlineData("x-amz-retry-after: 1500", 1.5)]
    public void Reads_waits_in_milliseconds_that_were_doubled_or_are_instants(string fields, double seconds)
        => Answers.Read(fields)!.RetryAfter.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("x-should-retry: true, true", true)]
    [InlineData("x-should-retry: false|x-should-retry: false", false)]
    [InlineData("x-should-retry: true, false|retry-after-ms: 1", null)]
    [InlineData("x-should-retry: true, maybe|retry-after-ms: 1", null)]
    public void Takes_what_was_doubled_only_if_both_say_the_same(string fields, bool? expected)
        => Answers.Read(fields)!.ShouldRetry.Should().Be(expected);

    [Fact]
    public void Keeps_no_more_of_a_quotas_name_than_fits_on_a_line()
        => Answers.Read($"RateLimit: \"{new string('q', 60_000)}\";r=1")!.Quota.Should().HaveLength(201);

    [Fact]
    public void Saturates() => Answers.Read("retry-after-ms: 99999999999999999999999999999999")!.RetryAfter.Should().Be(TimeSpan.MaxValue);

    [Theory]
    [InlineData("Stripe-Should-Retry: true", true)]
    [InlineData("Stripe-Should-Retry: false", false)]
    [InlineData("x-should-retry: true", true)]
    [InlineData("x-should-retry: false", false)]
    [InlineData("x-should-retry: False|Retry-After: 1", null)]
    [InlineData("x-should-retry: 1|Retry-After: 1", null)]
    [InlineData("x-should-retry: maybe|Stripe-Should-Retry: false", false)]
    [InlineData("Stripe-Should-Retry: false|x-should-retry: maybe", false)]
    [InlineData("transient-error: true", true)]
    [InlineData("transient-error: true|x-should-retry: false", false)]
    [InlineData("x-should-retry: false|transient-error: true", false)]
    [InlineData("x-should-retry: true|transient-error: false", true)]
    [InlineData("transient-error: false|Retry-After: 1", null)]
    public void Says_whether_to_retry(string fields, bool? expected) => Answers.Read(fields)!.ShouldRetry.Should().Be(expected);

    [Theory]
    [InlineData("Idempotent-Replayed: true", true)]
    [InlineData("Idempotent-Replayed: false|Retry-After: 1", false)]
    public void Says_whether_the_answer_is_a_replay(string fields, bool expected) => Answers.Read(fields)!.IsReplayed.Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("Retry-After: soon")]
    [InlineData("x-should-retry: maybe")]
    [InlineData("Date: Sat, 21 Nov 2026 11:58:00 GMT|Age: 5|Server: nginx|X-Powered-By: Express|Set-Cookie: a=b")]
    public void Is_absent_where_nothing_is_said(string fields) => Answers.Read(fields).Should().BeNull();

    [Fact]
    public void Costs_no_memory_where_nothing_is_said()
    {
        using var response = Answers.With(200, "Date: Sat, 21 Nov 2026 11:58:00 GMT|Server: nginx|Cache-Control: no-cache|X-Request-Id: 77|Strict-Transport-Security: max-age=1");
        StandardAdvice.Read(response, Answers.Noon);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            StandardAdvice.Read(response, Answers.Noon);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void Never_throws_and_is_never_negative()
    {
        var names = Gen.Elements("Retry-After", "retry-after-ms", "RateLimit", "RateLimit-Policy", "RateLimit-Reset", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Reset-After", "X-Shopify-Shop-Api-Call-Limit", "Age", "Date", "x-ratelimit-remaining-tokens");
        var values = Gen.OneOf(
            ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(text => text.Item),
            Gen.ListOf(Gen.Elements("0", "1", "99999999999", "9999999999999999999999999999999", ".", "-", ",", ";", "/", "\"a\"", "r=", "t=", "q=", "h", "ms", "T", ":", "Z", "2026-11-21")).Select(string.Concat));
        var fields = Gen.ListOf(names.SelectMany(name => values.Select(value => (name, value))));

        Prop.ForAll(fields.ToArbitrary(), IsHarmless).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    private static bool IsHarmless(IEnumerable<(string Name, string Value)> fields)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in fields)
            response.Headers.TryAddWithoutValidation(name, value);

        return StandardAdvice.Read(response, Answers.Noon) is null
            or { Remaining: null or >= 0, Limit: null or >= 0, Reset: null or { Ticks: >= 0 }, Delay: null or { Ticks: >= 0 } };
    }
}
