using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.ResponseBuilders;

namespace Resilience.Http.Tests;

public sealed class TokenBucketCostTests
{
    [Fact]
    public async Task An_attempt_takes_as_many_permits_as_it_costs()
    {
        using var limited = new LimitedHost(bucket => (bucket.Burst, bucket.CostOf) = (10, _ => 3));

        (await limited.CountAsync(10)).Should().Be(3);
    }

    [Fact]
    public async Task What_costs_nothing_is_sent_at_any_time()
    {
        using var limited = new LimitedHost(bucket => (bucket.Burst, bucket.CostOf) = (10, request => request.RequestUri!.AbsolutePath == "/free" ? -1 : 10));
        await limited.CountAsync(1);

        (await limited.CountAsync(5, path: "/free"), await limited.CountAsync(1)).Should().Be((5, 0));
    }

    [Fact]
    public async Task What_costs_more_than_a_burst_is_paid_by_later_attempts()
    {
        using var limited = new LimitedHost(bucket => (bucket.Burst, bucket.PermitsPerSecond, bucket.CostOf) = (10, 1, _ => 30));

        var first = await limited.CountAsync(2);
        limited.Advance(TimeSpan.FromSeconds(29.9));
        var early = await limited.CountAsync(1);
        limited.Advance(TimeSpan.FromSeconds(0.1));

        (first, early, await limited.CountAsync(1)).Should().Be((1, 0, 1));
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(1, 10)]
    [InlineData(-7, 40)]
    public async Task The_cost_that_the_answer_tells_counts(int actual, int sent)
    {
        using var limited = new LimitedHost(bucket => (bucket.Burst, bucket.CostOf, bucket.ActualCostOf) = (10, _ => 1, _ => actual));

        (await limited.CountAsync(40)).Should().Be(sent);
    }

    [Fact]
    public async Task A_cost_that_cannot_be_told_changes_nothing()
    {
        using var limited = new LimitedHost(bucket => (bucket.Burst, bucket.ActualCostOf) = (10, _ => throw new InvalidOperationException("No usage.")));

        (await limited.CountAsync(20)).Should().Be(10);
        limited.Host.Log.Lines.Should().Contain(line => line.Contains("302", StringComparison.Ordinal) && line.Contains("ActualCostOf has thrown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_may_have_costs_of_its_own()
    {
        using var limited = new LimitedHost(bucket => bucket.Limits["tokens"] = new(1000, TimeSpan.FromDays(1)) { CostOf = _ => 300, ActualCostOf = _ => 200 });

        (await limited.CountAsync(40)).Should().Be(4);
        (limited.Bucket.Level, limited.Bucket.Limits["tokens"].Level).Should().Be((96, 200));
    }

    [Fact]
    public async Task A_limit_without_costs_of_its_own_has_those_of_the_bucket()
    {
        using var limited = new LimitedHost(bucket =>
        {
            (bucket.CostOf, bucket.ActualCostOf) = (_ => 5, _ => 4);
            bucket.Limits["hour"] = new(20, TimeSpan.FromHours(1));
            bucket.Limits["requests"] = new(50, TimeSpan.FromHours(1)) { CostOf = _ => 1 };
        });

        await limited.CountAsync(3);

        (limited.Bucket.Level, limited.Bucket.Limits["hour"].Level, limited.Bucket.Limits["requests"].Level).Should().Be((88, 8, 47));
    }

    /// <summary>Debt that an answer brings to light is in the way of those who wait already.</summary>
    [Fact]
    public async Task Those_who_would_wait_too_long_for_a_debt_are_rejected()
    {
        var cost = 1;
        using var host = new TestHost(
            client => client.AddTokenBucket(bucket =>
                (bucket.PermitsPerSecond, bucket.Burst, bucket.ActualCostOf, bucket.MaxQueueTime) = (1, 1, _ => cost, TimeSpan.FromSeconds(5))),
            primary: new ScriptedUpstream(200),
            clock: new());
        await host.GetAsync();
        var (second, third) = (host.GetAsync(), host.GetAsync());

        cost = 100;
        await host.PassAsync();

        (await second).Should().Be(200);
        (await Record.ExceptionAsync(() => third)).Should().BeOfType<RateLimitedException>().Which.Reason.Should().Be(RateLimitReason.QueueTimeTooLong);
    }

    /// <summary>A server with a quota of its own: 429s with a wait, and the cost of a query in a header.</summary>
    [Fact]
    public async Task A_429_pauses_and_the_costs_of_the_answers_count()
    {
        using var host = new TestHost(client => client.AddRetry().AddTokenBucket(bucket =>
            (bucket.PermitsPerSecond, bucket.Burst, bucket.ActualCostOf) = (10, 50, QueryCost)));
        host.Upstream.Answer(
            Response.Create().WithStatusCode(HttpStatusCode.TooManyRequests).WithHeader("Retry-After", "3"),
            Response.Create().WithStatusCode(200).WithHeader("X-Query-Cost", "80"));
        var started = host.Clock.GetUtcNow();

        var first = await host.GetAsync();
        var afterFirst = host.Clock.GetUtcNow() - started;
        var second = await host.GetAsync();

        (first, second, host.Upstream.Requests).Should().Be((200, 200, 3));
        afterFirst.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(3));
        // The bucket is 30 below zero after the first, and wants one permit.
        (host.Clock.GetUtcNow() - started - afterFirst).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(3.1));
    }

    [Theory]
    [InlineData(true, 400)]
    [InlineData(false, 499)]
    public async Task An_answer_may_tell_its_cost_in_its_body(bool isRead, int left)
    {
        using var upstream = new ScriptedUpstream((_, _) => new(HttpStatusCode.OK) { Content = new StringContent("""{"usage":{"total_tokens":100}}""") });
        using var host = new TestHost(
            client => client.AddRetry(retry => retry.ResponseBodies = isRead ? ResponseBodies.KnownLength : ResponseBodies.None)
                .AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.ActualCostOf) = (0.001, 500, RateLimitingReadmeCode.UsageOf)),
            primary: upstream,
            clock: new());

        var answer = await host.Client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        answer.Should().Contain("100");
        host.Inside.TokenBuckets.Single().Level.Should().Be(left);
    }

    private static int? QueryCost(AttemptResult result)
        => result.Outcome.Response is { } response && response.Headers.TryGetValues("X-Query-Cost", out var costs) ? int.Parse(costs.Single(), CultureInfo.InvariantCulture) : null;
}
