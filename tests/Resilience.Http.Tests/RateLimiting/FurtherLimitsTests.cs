using System.Net;

namespace Resilience.Http.Tests;

public sealed class FurtherLimitsTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly VirtualClock _clock = new();

    [Fact]
    public void A_reload_keeps_the_permits_of_each_limit()
    {
        var (bucket, options) = Bucket(limits => (limits["tokens"], limits["requests"]) = (new(10, Day), new(20, Day)));
        bucket.TryTake(Now, bucket.CostOf(4, Now));

        options.Replace(Options(limits => (limits["Requests"], limits["tokens"]) = (new(20, Day), new(30, Day))));
        bucket.Adopt(Now);

        Levels(bucket).Should().Equal(16, 18);
    }

    [Fact]
    public void A_limit_that_is_shared_no_longer_starts_full()
    {
        var (bucket, options) = Bucket(limits => limits["all"] = new(10, Day) { IsShared = true });
        bucket.TryTake(Now, bucket.CostOf(4, Now));

        options.Replace(Options(limits => limits["all"] = new(10, Day)));
        bucket.Adopt(Now);

        Levels(bucket).Should().Equal(10);
    }

    /// <summary>So that it takes no lock any more.</summary>
    [Fact]
    public void A_bucket_that_has_lost_its_limits_is_as_one_that_never_had_any()
    {
        var (bucket, options) = Bucket(limits => limits["day"] = new(10, Day));

        options.Replace(Options());
        bucket.Adopt(Now);

        bucket.Further.Should().BeNull();
    }

    [Fact]
    public void What_can_be_had_at_once_is_what_the_tightest_limit_has()
    {
        var options = Options(limits => limits["day"] = new(4, Day));
        using var limiter = new FifoTokenBucketLimiter(options, _clock);

        limiter.AttemptAcquire(1);

        limiter.GetStatistics()!.CurrentAvailablePermits.Should().Be(3);
        limiter.Invoking(it => it.AttemptAcquire(5)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task A_limit_does_not_concern_what_costs_nothing_of_it()
    {
        using var limited = new LimitedHost(bucket => bucket.Limits["tokens"] = new(1, Day) { CostOf = request => request.RequestUri!.AbsolutePath == "/free" ? 0 : 1 });
        await limited.CountAsync(1);

        (await limited.CountAsync(5, path: "/free"), await limited.CountAsync(1)).Should().Be((5, 0));
    }

    [Fact]
    public async Task An_answer_may_cost_what_nothing_was_taken_for()
    {
        using var limited = new LimitedHost(bucket => bucket.Limits["tokens"] = new(1000, Day) { CostOf = _ => 0, ActualCostOf = _ => 300 });

        await limited.CountAsync(2);

        limited.Bucket.Limits["tokens"].Level.Should().Be(400);
    }

    [Fact]
    public async Task A_limit_without_costs_of_its_own_takes_those_of_the_bucket()
    {
        using var limited = new LimitedHost(bucket => (bucket.CostOf, bucket.Limits["day"]) = (_ => 5, new(20, Day)));

        await limited.CountAsync(3);

        limited.Bucket.Limits["day"].Level.Should().Be(5);
    }

    [Fact]
    public async Task An_attempt_after_a_pause_takes_of_a_shared_limit_once()
    {
        using var upstream = new ScriptedUpstream(script => script.Answer(429, retryAfter: 1).Then(200));
        using var limited = new LimitedHost(bucket => (bucket.PermitsPerSecond, bucket.Limits["all"]) = (1, new(20, Day) { IsShared = true }), upstream: upstream);

        await limited.CountAsync(1);
        limited.Advance(TimeSpan.FromSeconds(1));
        await limited.CountAsync(1);

        limited.Bucket.Limits["all"].Level.Should().Be(18);
    }

    [Fact]
    public void An_attempt_from_before_there_were_limits_owes_them_what_its_answer_costs()
    {
        var options = Options(limits => limits["tokens"] = new(1000, Day) { ActualCostOf = _ => 300 });
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        var pacing = new Pacing(new(options), _clock);
        var limits = FurtherLimits.Of(pacing.Current, pacing)!;

        var missing = limits.MissingOf(new(1), new(new HttpRequestMessage(), Outcome.FromResponse(response)), new(new()));

        missing.Should().BeEquivalentTo(new PermitCost(0, [new(limits.All[0], 300)]));
    }

    private long Now => _clock.GetTimestamp();

    private (TokenBucket Bucket, Live<TokenBucketOptions> Options) Bucket(Action<IDictionary<string, TokenBucketLimit>> configure)
    {
        var options = new Live<TokenBucketOptions>(Options(configure));
        return (new(default, new(options, _clock)), options);
    }

    private IEnumerable<int> Levels(TokenBucket bucket) => bucket.Further!.All.Select(limit => limit.Level(Now));

    private static TokenBucketOptions Options(Action<IDictionary<string, TokenBucketLimit>>? configure = null)
    {
        var options = new TokenBucketOptions { PermitsPerSecond = 1, Burst = 100 };
        configure?.Invoke(options.Limits);
        return options;
    }
}
