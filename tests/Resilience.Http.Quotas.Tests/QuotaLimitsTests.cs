using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

public sealed class QuotaLimitsTests
{
    private readonly VirtualClock _clock = new();
    private readonly InMemoryQuotaStore _store;

    public QuotaLimitsTests() => _store = new(_clock);

    [Fact]
    public async Task Of_several_limits_the_tightest_decides()
    {
        await using var instance = NewInstance(quota => quota.Limits["hour"] = new(6, TimeSpan.FromHours(1)));

        (await CountAsync(instance, 10)).Should().Be(6);
        instance.Info.Quotas.Single().Limits.Select(limit => (limit.Name, limit.Burst)).Should().Equal(("", 1000), ("hour", 6));
    }

    [Fact]
    public async Task A_shared_limit_counts_for_all_partitions_together()
    {
        await using var instance = NewInstance(quota => quota.Limits["all"] = new(6, TimeSpan.FromHours(1)) { IsShared = true });

        var (first, second) = (await CountAsync(instance, 4, "a"), await CountAsync(instance, 4, "b"));

        (first, second).Should().Be((4, 2));
    }

    [Fact]
    public async Task An_attempt_takes_as_many_permits_as_it_costs()
    {
        await using var instance = NewInstance(quota => (quota.Burst, quota.PermitsPerSecond, quota.CostOf) = (10, 0.001, _ => 3));

        (await CountAsync(instance, 10)).Should().Be(3);
    }

    [Fact]
    public async Task What_costs_more_than_a_burst_is_paid_by_later_attempts()
    {
        await using var instance = NewInstance(quota => (quota.Burst, quota.PermitsPerSecond, quota.CostOf) = (10, 1, _ => 30));

        var first = await CountAsync(instance, 1);
        _clock.Advance(TimeSpan.FromSeconds(20));
        var early = await CountAsync(instance, 1);
        _clock.Advance(TimeSpan.FromSeconds(11));

        (first, early, await CountAsync(instance, 1)).Should().Be((1, 0, 1));
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(1, 10)]
    [InlineData(-7, 40)]
    public async Task The_cost_that_the_answer_tells_counts(int actual, int sent)
    {
        await using var instance = NewInstance(quota =>
            (quota.Burst, quota.PermitsPerSecond, quota.CostOf, quota.ActualCostOf) = (10, 0.001, _ => 1, _ => actual));

        (await CountAsync(instance, 40)).Should().Be(sent);
    }

    [Fact]
    public async Task A_cost_that_cannot_be_told_changes_nothing()
    {
        await using var instance = NewInstance(quota => (quota.Burst, quota.PermitsPerSecond, quota.ActualCostOf) = (10, 0.001, _ => throw new InvalidOperationException("No usage.")));

        (await CountAsync(instance, 20)).Should().Be(10);
    }

    [Fact]
    public async Task A_provider_says_the_rate_of_each_partition()
    {
        var plans = new Plans { ["free"] = new(2, TimeSpan.FromHours(1)), ["pro"] = new(5, TimeSpan.FromHours(1)), ["staff"] = QuotaRate.Unlimited, ["broken"] = new(0, TimeSpan.Zero) };
        await using var instance = NewInstance(quota => (quota.PermitsPerSecond, quota.Burst) = (0.001, 3), plans);

        List<int> sent = [];
        foreach (var tenant in new[] { "free", "pro", "staff", "unknown", "broken" })
            sent.Add(await CountAsync(instance, 50, tenant));

        sent.Should().Equal(2, 5, 50, 3, 3);
    }

    [Fact]
    public async Task A_provider_that_throws_leaves_the_rate_as_it_was()
    {
        var plans = new Plans { ["known"] = new(5, TimeSpan.FromHours(1)) };
        await using var instance = NewInstance(quota => (quota.PermitsPerSecond, quota.Burst) = (0.001, 3), plans);
        var before = await CountAsync(instance, 1, "known");

        plans.IsLost = true;
        var (known, unknown) = (await CountAsync(instance, 50, "known"), await CountAsync(instance, 50, "new"));
        plans.IsLost = false;
        plans["new"] = QuotaRate.Unlimited;
        _clock.Advance(TimeSpan.FromSeconds(1));

        (before + known, unknown, await CountAsync(instance, 50, "new")).Should().Be((5, 3, 50));
    }

    [Fact]
    public async Task An_upgrade_is_in_force_within_a_second_and_keeps_what_is_left()
    {
        var plans = new Plans { ["tenant"] = new(100, TimeSpan.FromMinutes(1)) };
        await using var instance = NewInstance(_ => { }, plans);
        var before = await CountAsync(instance, 50, "tenant");

        plans["tenant"] = new(1000, TimeSpan.FromMinutes(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var after = await CountAsync(instance, 1000, "tenant");

        before.Should().Be(50);
        after.Should().BeInRange(450, 535);
    }

    [Fact]
    public async Task A_quota_that_is_called_otherwise_is_another_for_partitions_that_were_known_before()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Quota:PermitsPerSecond", "0.001"), new("Shop:Quota:Burst", "10"), new("Shop:Quota:Name", "old")]).Build();
        await using var instance = new Instance(_clock, _store, section: settings.GetSection("Shop"), inner: client => client.AddQuota(quota => quota.QueueLimit = 0));
        await CountAsync(instance, 1);

        settings["Shop:Quota:Name"] = "new";
        settings.Reload();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await using var other = new Instance(_clock, _store, quota => (quota.PermitsPerSecond, quota.Burst, quota.Name, quota.QueueLimit) = (0.001, 10, "new", 0));

        (await CountAsync(instance, 20) + await CountAsync(other, 20)).Should().Be(10);
    }

    [Fact]
    public async Task A_limit_ends_where_a_partition_had_none()
    {
        var plans = new Plans { ["tenant"] = QuotaRate.Unlimited };
        await using var instance = NewInstance(_ => { }, plans);
        await CountAsync(instance, 50, "tenant");

        plans["tenant"] = new(5, TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await CountAsync(instance, 50, "tenant")).Should().Be(5);
    }

    [Theory]
    [InlineData("an hour", 10, 1)]
    [InlineData("hour", 0, 1)]
    [InlineData("hour", 10, 0)]
    public void Says_which_limit_is_wrong(string name, double permits, int hours)
    {
        var options = new QuotaOptions { PermitsPerSecond = 1, Limits = { [name] = new(permits, TimeSpan.FromHours(hours)) } };

        var create = () => new QuotaHandler(options, _store);

        create.Should().Throw<OptionsValidationException>().WithMessage($"*Limits must have *{name}*");
    }

    private Instance NewInstance(Action<QuotaOptions> configure, IQuotaProvider? provider = null) => new(_clock, _store, quota =>
    {
        (quota.QueueLimit, quota.MaxQueueTime) = (0, TimeSpan.Zero);
        configure(quota);
    }, provider: provider);

    private static async Task<int> CountAsync(Instance instance, int requests, string? partition = null)
    {
        var sent = 0;
        for (var i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            if (partition is not null)
                request.SetPartition(partition);
            try
            {
                sent += (await instance.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode is HttpStatusCode.OK ? 1 : 0;
            }
            catch (RateLimitedException)
            {
            }
        }

        return sent;
    }

    private sealed class Plans : Dictionary<string, QuotaRate>, IQuotaProvider
    {
        public bool IsLost { get; set; }

        public QuotaRate? Find(string quota, string partition) => IsLost ? throw new InvalidOperationException("The plans are lost.") : this.GetValueOrDefault(partition);
    }
}
