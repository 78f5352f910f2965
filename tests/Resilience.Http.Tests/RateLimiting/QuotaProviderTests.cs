using System.Collections.Concurrent;

namespace Resilience.Http.Tests;

public sealed class QuotaProviderTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Plans _plans = new();

    [Fact]
    public async Task Says_the_rate_of_each_partition()
    {
        foreach (var (tenant, rate) in new[] { ("free", new QuotaRate(2, Hour)), ("pro", new(5, Hour)), ("staff", QuotaRate.Unlimited), ("broken", new(0, TimeSpan.Zero)) })
            _plans[tenant] = rate;
        using var limited = new LimitedHost(bucket => bucket.Burst = 3, _plans);

        List<int> sent = [];
        foreach (var tenant in new[] { "free", "pro", "staff", "unknown", "broken" })
            sent.Add(await limited.CountAsync(50, tenant));

        sent.Should().Equal(2, 5, 50, 3, 3);
        limited.Host.Inside.TokenBuckets.Single(bucket => bucket.Partition == "pro").PermitsPerSecond.Should().Be(5 / 3600.0);
    }

    [Fact]
    public async Task An_upgrade_is_in_force_within_a_second_and_keeps_the_permits_in_proportion()
    {
        _plans["tenant"] = new(100, Hour);
        using var limited = new LimitedHost(_ => { }, _plans);
        await limited.CountAsync(60, "tenant");

        _plans["tenant"] = new(1000, Hour);
        limited.Advance(TimeSpan.FromSeconds(1));

        (await limited.CountAsync(1000, "tenant")).Should().BeInRange(399, 401);
    }

    [Fact]
    public async Task A_downgrade_keeps_the_permits_in_proportion_too_and_debts()
    {
        _plans["tenant"] = new(100, Hour);
        using var limited = new LimitedHost(bucket => bucket.CostOf = request => request.RequestUri!.AbsolutePath == "/" ? 1 : 300, _plans);
        await limited.CountAsync(1, "tenant", "/expensive");

        _plans["tenant"] = new(10, Hour);
        limited.Advance(TimeSpan.FromSeconds(1));
        var early = await limited.CountAsync(1, "tenant");
        limited.Advance(TimeSpan.FromHours(2.05));
        var then = await limited.CountAsync(1, "tenant");
        limited.Advance(TimeSpan.FromHours(0.1));

        (early, then, await limited.CountAsync(5, "tenant")).Should().Be((0, 0, 1));
    }

    [Fact]
    public async Task A_limit_ends_where_a_partition_had_none_and_begins_with_a_full_bucket()
    {
        _plans["tenant"] = QuotaRate.Unlimited;
        using var limited = new LimitedHost(_ => { }, _plans);
        await limited.CountAsync(50, "tenant");

        _plans["tenant"] = new(5, Hour);
        limited.Advance(TimeSpan.FromSeconds(1));

        (await limited.CountAsync(50, "tenant")).Should().Be(5);
    }

    /// <summary>Nobody else sends, and the permit would have come after a minute.</summary>
    [Fact]
    public async Task Those_who_wait_alone_hear_of_an_upgrade_within_a_second()
    {
        _plans["*"] = new(1, TimeSpan.FromMinutes(1));
        using var limited = new LimitedHost(bucket => (bucket.QueueLimit, bucket.MaxQueueTime) = (10, Hour), _plans);
        await limited.Host.GetAsync();
        var waiting = limited.Host.GetAsync();

        _plans["*"] = QuotaRate.Unlimited;
        await limited.Host.Clock.AdvanceUntilAsync(waiting);

        (limited.Host.Clock.GetUtcNow() - TestHost.Start).Should().BeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Further_limits_apply_whatever_the_rate()
    {
        _plans["staff"] = QuotaRate.Unlimited;
        using var limited = new LimitedHost(bucket => bucket.Limits["hour"] = new(7, Hour), _plans);

        (await limited.CountAsync(20, "staff")).Should().Be(7);
    }

    [Fact]
    public async Task A_provider_that_throws_leaves_the_rate_as_it_was_and_is_reported_once()
    {
        _plans["tenant"] = new(5, Hour);
        using var limited = new LimitedHost(_ => { }, _plans);
        var before = await limited.CountAsync(2, "tenant");

        _plans.Failure = new InvalidOperationException("The plans are gone.");
        for (var i = 0; i < 3; i++)
            limited.Advance(TimeSpan.FromSeconds(1));
        var after = await limited.CountAsync(20, "tenant");

        (before, after).Should().Be((2, 3));
        limited.Host.Log.Lines.Should().ContainSingle(line => line.Contains("IQuotaProvider has thrown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Is_asked_at_most_four_times_a_second_for_each_partition()
    {
        using var limited = new LimitedHost(_ => { }, _plans);

        for (var i = 0; i < 100; i++)
        {
            limited.Advance(TimeSpan.FromMilliseconds(10));
            await limited.CountAsync(1, "tenant");
        }

        _plans.Asked.Should().Be(4);
        _plans.LastQuota.Should().Be("test");
    }

    private sealed class Plans : ConcurrentDictionary<string, QuotaRate>, IQuotaProvider
    {
        public Exception? Failure { get; set; }

        public int Asked { get; private set; }

        public string? LastQuota { get; private set; }

        public QuotaRate? Find(string quota, string partition)
        {
            (Asked, LastQuota) = (Asked + 1, quota);
            return Failure is null ? this.GetValueOrDefault(partition) : throw Failure;
        }
    }
}
