using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What one partition owes, or waits for, and what others have of it.</summary>
public sealed class PartitionsApartTests
{
    private readonly VirtualClock _clock = new();
    private readonly InMemoryQuotaStore _store;

    public PartitionsApartTests() => _store = new(_clock);

    [Fact]
    public async Task Those_who_wait_for_the_server_of_one_partition_leave_others_their_room()
    {
        await using var instance = new Instance(_clock, _store, quota => quota.QueueLimit = 2, answers => answers.Answer(429, retryAfter: 9).Then(429, retryAfter: 2).Then(200));
        await IsSentAsync(instance, "loud");
        await IsSentAsync(instance, "quiet");
        Task<bool>[] held = [IsSentAsync(instance, "loud"), IsSentAsync(instance, "loud")];

        var quiet = IsSentAsync(instance, "quiet");
        await _clock.AdvanceUntilAsync(quiet);

        (await quiet).Should().BeTrue();
        held.Should().OnlyContain(request => !request.IsCompleted);
        await _clock.AdvanceUntilAsync(Task.WhenAll(held));
    }

    [Fact]
    public async Task A_debt_is_told_to_the_store_although_nobody_comes_any_more()
    {
        var actual = 1;
        await using var instance = new Instance(_clock, _store, quota => (quota.PermitsPerSecond, quota.Burst, quota.QueueLimit, quota.ActualCostOf) = (0.1, 10, 0, _ => actual));
        while (await IsSentAsync(instance, "tenant"))
        {
        }

        // So many come that more than one permit is wanted, and one is granted.
        actual = 500;
        while (!await IsSentAsync(instance, "tenant"))
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        _clock.Advance(TimeSpan.FromSeconds(2000));

        await using var other = new Instance(_clock, _store, quota => (quota.PermitsPerSecond, quota.Burst, quota.QueueLimit) = (0.1, 10, 0));
        (await IsSentAsync(other, "tenant")).Should().BeFalse();
    }

    [Fact]
    public async Task What_attempts_have_cost_counts_while_the_store_is_gone()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => throw new InvalidOperationException("Gone.") };
        await using var instance = new Instance(_clock, remote, quota => (quota.PermitsPerSecond, quota.Burst, quota.QueueLimit, quota.ExpectedInstances, quota.ActualCostOf) = (100, 100, 0, 1, _ => 50));
        var sent = 0;

        for (var tenth = 0; tenth < 600; tenth++)
        {
            sent += await IsSentAsync(instance, "tenant") ? 1 : 0;
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        // 60 s at 100 a second, and each took 50.
        sent.Should().BeLessThanOrEqualTo((int)(1.1 * 60 * 100 / 50));
    }

    [Fact]
    public async Task A_debt_from_when_the_store_was_gone_is_told_to_it_afterwards()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => throw new InvalidOperationException("Gone.") };
        await using var instance = new Instance(_clock, remote, quota => (quota.PermitsPerSecond, quota.Burst, quota.ActualCostOf) = (100, 100, _ => 5000));
        (await IsSentAsync(instance, "tenant")).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(1));

        remote.Fault = null;
        _clock.Advance(TimeSpan.FromSeconds(5));
        await using var other = new Instance(_clock, _store, quota => (quota.PermitsPerSecond, quota.Burst, quota.QueueLimit) = (100, 100, 0));

        (await IsSentAsync(other, "tenant")).Should().BeFalse();
    }

    [Fact]
    public async Task A_debt_is_forgiven_when_the_limit_does_not_hold_any_more()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => throw new InvalidOperationException("Gone.") };
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Quota:PermitsPerSecond", "100")]).Build();
        await using var instance = new Instance(_clock, remote, section: settings.GetSection("Shop"), inner: client => client.AddQuota(quota => quota.ActualCostOf = _ => 5000));
        await IsSentAsync(instance, "tenant");
        _clock.Advance(TimeSpan.FromSeconds(1));

        settings["Shop:Quota:Fallback"] = "FailOpen";
        settings.Reload();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var isSent = await IsSentAsync(instance, "tenant");
        _clock.Advance(TimeSpan.FromSeconds(1));
        remote.Fault = null;
        _clock.Advance(TimeSpan.FromSeconds(5));
        await using var other = new Instance(_clock, _store, quota => (quota.PermitsPerSecond, quota.QueueLimit) = (100, 0));

        (isSent, await IsSentAsync(other, "tenant")).Should().Be((true, true));
    }

    [Fact]
    public async Task A_limit_of_all_partitions_together_holds_while_the_store_is_gone()
    {
        var remote = new RemoteStore(_store, _clock);
        await using var instance = new Instance(_clock, remote, quota =>
        {
            (quota.PermitsPerSecond, quota.QueueLimit, quota.MaxQueueTime) = (100, 0, TimeSpan.Zero);
            quota.Limits["all"] = new(100, TimeSpan.FromSeconds(1)) { IsShared = true };
        });
        await RunAsync(instance, seconds: 5);

        remote.Fault = () => throw new InvalidOperationException("Gone.");
        var sent = await RunAsync(instance, seconds: 60);

        sent.Should().BeInRange((int)(0.8 * 60 * 100), (int)(1.1 * 60 * 100));
    }

    // Ten partitions, each of which alone would use the whole limit.
    private async Task<int> RunAsync(Instance instance, int seconds)
    {
        var sent = 0;
        for (var hundredth = 0; hundredth < 100 * seconds; hundredth++)
        {
            for (var partition = 0; partition < 10; partition++)
                sent += await IsSentAsync(instance, $"tenant {partition}") ? 1 : 0;
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        return sent;
    }

    private static async Task<bool> IsSentAsync(Instance instance, string tenant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetPartition(tenant);
        try
        {
            using var response = await instance.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return true;
        }
        catch (RateLimitedException)
        {
            return false;
        }
    }
}
