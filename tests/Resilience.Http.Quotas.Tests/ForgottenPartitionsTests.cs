using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What becomes of the permits of a partition that is not known any more.</summary>
public sealed class ForgottenPartitionsTests
{
    private readonly VirtualClock _clock = new();
    private readonly InMemoryQuotaStore _store;

    public ForgottenPartitionsTests() => _store = new(_clock);

    [Fact]
    public async Task A_partition_that_has_to_go_gives_back_what_it_holds()
    {
        await using var instance = new Instance(_clock, _store, quota => Hundred(quota).MaxPartitions = 1);
        var sent = 0;

        for (var turn = 0; turn < 150; turn++)
            sent += await SendAsync(instance, "a", 1) + await SendAsync(instance, "b", 1);

        sent.Should().Be(200);
    }

    [Fact]
    public async Task What_comes_for_a_partition_that_has_gone_meanwhile_is_given_back()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => Task.Delay(TimeSpan.FromMilliseconds(1), _clock) };
        await using var instance = new Instance(_clock, remote, quota => Hundred(quota).MaxPartitions = 1);
        var asking = SendAsync(instance, "a", 1);
        var other = SendAsync(instance, "b", 1);
        await _clock.AdvanceUntilAsync(Task.WhenAll(asking, other));

        remote.Fault = null;
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await using var next = new Instance(_clock, _store, quota => Hundred(quota));

        (await SendAsync(next, "a", 150)).Should().Be(99);
    }

    [Fact]
    public async Task What_comes_after_the_end_is_given_back()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => Task.Delay(TimeSpan.FromMilliseconds(1), _clock) };
        var instance = new Instance(_clock, remote, quota => Hundred(quota));
        var asking = SendAsync(instance, "a", 1);

        await _clock.AdvanceUntilAsync(instance.DisposeAsync().AsTask());
        await asking;
        await using var next = new Instance(_clock, _store, quota => Hundred(quota));

        (await SendAsync(next, "a", 150)).Should().Be(99);
    }

    [Fact]
    public async Task The_end_of_many_partitions_asks_the_store_for_a_few_at_a_time()
    {
        var remote = new RemoteStore(_store, _clock);
        var instance = new Instance(_clock, remote, quota => Hundred(quota));
        for (var tenant = 0; tenant < 2000; tenant++)
            await SendAsync(instance, $"tenant {tenant}", 1);
        var (atOnce, seen, before) = (0, new ConcurrentBag<int>(), remote.RoundTrips);
        remote.Fault = async () =>
        {
            seen.Add(Interlocked.Increment(ref atOnce));
            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
        };

        await instance.DisposeAsync();

        (remote.RoundTrips - before).Should().Be(2000);
        seen.Max().Should().BeInRange(2, 16);
    }

    [Fact]
    public async Task Permits_of_a_quota_that_is_called_otherwise_go_back_to_it_and_not_to_the_other()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Shop:Quota:PermitsPerSecond", "0.001"), new("Shop:Quota:Name", "old")]).Build();
        await using var instance = new Instance(_clock, _store, section: settings.GetSection("Shop"), inner: client => client.AddQuota(quota => Hundred(quota)));
        await SendAsync(instance, "a", 1);
        settings["Shop:Quota:Name"] = "new";
        settings.Reload();
        await using Instance old = new(_clock, _store, quota => Hundred(quota).Name = "old"), other = new(_clock, _store, quota => Hundred(quota).Name = "new");
        var taken = await SendAsync(other, "a", 150);

        _clock.Advance(TimeSpan.FromSeconds(1));
        var more = await SendAsync(instance, "a", 150);

        (taken, more, await SendAsync(old, "a", 150)).Should().Be((100, 0, 99));
    }

    [Fact]
    public async Task A_partition_that_is_forgotten_while_the_store_is_gone_gets_no_new_share()
    {
        var remote = new RemoteStore(_store, _clock) { Fault = () => throw new InvalidOperationException("Gone.") };
        await using var instance = new Instance(_clock, remote, quota => (Hundred(quota).PermitsPerSecond, quota.IdleEviction) = (1 / 3600.0, TimeSpan.FromSeconds(5)));
        var sent = 0;

        for (var minute = 0; minute < 60; minute++)
        {
            sent += await SendAsync(instance, "a", 1);
            _clock.Advance(TimeSpan.FromMinutes(1));
            await SendAsync(instance, "others", 1);
            // The sweep that the call before may have begun runs elsewhere.
            for (var i = 0; i < 20; i++)
                await Task.Yield();
        }

        sent.Should().BeLessThanOrEqualTo(2);
    }

    private static QuotaOptions Hundred(QuotaOptions quota)
    {
        (quota.PermitsPerSecond, quota.Burst, quota.ExpectedInstances, quota.QueueLimit, quota.MaxQueueTime) = (0.001, 100, 1, 0, TimeSpan.Zero);
        return quota;
    }

    private static async Task<int> SendAsync(Instance instance, string partition, int requests)
    {
        var sent = 0;
        for (var i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
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
}
