using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

public sealed class ManyTenantsTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task Of_20_000_tenants_a_client_knows_as_many_as_it_may_and_none_that_is_idle()
    {
        await using var instance = new Instance(_clock, new InMemoryQuotaStore(_clock), quota => quota.MaxPartitions = 1000);
        for (var tenant = 0; tenant < 20_000; tenant++)
            await SendAsync(instance, $"tenant {tenant}");
        var known = instance.Info.Quotas.Count;

        _clock.Advance(TimeSpan.FromMinutes(11));
        // An earlier sweep may still be under way; then a later call begins the next one.
        for (var i = 0; i < 200 && instance.Info.Quotas.Any(quota => quota.Partition.StartsWith("tenant", StringComparison.Ordinal)); i++)
        {
            await SendAsync(instance, $"new {i}");
            await Task.Yield();
        }

        known.Should().Be(1000);
        instance.Info.Quotas.Should().OnlyContain(quota => quota.Partition.StartsWith("new", StringComparison.Ordinal));
    }

    private static async Task SendAsync(Instance instance, string tenant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.SetPartition(tenant);
        using var response = await instance.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
