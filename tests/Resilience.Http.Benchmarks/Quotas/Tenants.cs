using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>Whether memory stays bounded here and in Redis, and idle tenants are gone from both, however many there have been. Each may send 100 a minute, and sends two.</summary>
internal sealed class Tenants(RedisProcess redis, ServiceProvider services) : IDisposable
{
    private const int Callers = 50;
    private const int Wave = 50_000;
    private const int MaxPartitions = 20_000;
    private const int MaxBytesEach = 1_500;
    private const double Mebibyte = 1024 * 1024;

    // Longer than it takes five permits of a hundred a minute to be there again.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _invoker = new(services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("measured"));

    private int Known => services.GetRequiredService<ResilienceRegistry>()["measured"].Quotas.Count;

    /// <returns>1 if memory has grown, or a tenant is left.</returns>
    public static async Task<int> EndureAsync(int tenants)
    {
        await using var redis = await RedisProcess.StartAsync();
        var collection = new ServiceCollection();
        collection.AddSingleton(_ => redis.Connection).AddRedisQuotas();
        collection.AddResilientHttpClient("measured")
            .AddQuota(quota =>
            {
                (quota.PermitsPerSecond, quota.Burst, quota.MaxPartitions, quota.IdleEviction) = (100 / 60.0, 100, MaxPartitions, Idle);
                // So that all is asked of Redis, however busy the machine is.
                (quota.LeaseTime, quota.StoreTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            })
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new Answering());
        await using var services = collection.BuildServiceProvider();
        using var all = new Tenants(redis, services);
        return await all.RunAsync(tenants);
    }

    public void Dispose() => _invoker.Dispose();

    private async Task<int> RunAsync(int tenants)
    {
        var (most, before) = (0, await MeasureAsync(0));
        var last = before;
        for (var sent = 0; sent < tenants; sent += Wave)
        {
            await Parallel.ForEachAsync(Enumerable.Range(sent, Wave), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (tenant, _) => await SendAsync(tenant));
            last = await MeasureAsync(sent + Wave);
            most = Math.Max(most, last.Known);
        }

        await Task.Delay(2 * Idle, TimeProvider.System);
        await SendAsync(tenants);
        await Task.Delay(Idle, TimeProvider.System);
        var after = await MeasureAsync(tenants);
        return most <= MaxPartitions && last.Heap - before.Heap <= MaxPartitions * MaxBytesEach && after is { Known: 1, Keys: 0 } && after.Memory - before.Memory <= Mebibyte ? 0 : 1;
    }

    private async Task SendAsync(int tenant)
    {
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "https://upstream.test/");
            request.SetPartition(string.Create(CultureInfo.InvariantCulture, $"tenant-{tenant}"));
            using var response = await _invoker.SendAsync(request, CancellationToken.None);
        }
    }

    private async Task<Size> MeasureAsync(int tenants)
    {
        var size = new Size(Known, GC.GetTotalMemory(forceFullCollection: true), await redis.KeysAsync(), await redis.MemoryAsync());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tenants,9:N0} tenants so far: {size}"));
        return size;
    }

    private sealed record Size(int Known, long Heap, long Keys, long Memory)
    {
        public override string ToString()
            => string.Create(CultureInfo.InvariantCulture, $"{Known,7:N0} known here, heap {Heap / Mebibyte,6:0.0} MiB; {Keys,7:N0} keys in Redis, {Memory / Mebibyte,6:0.0} MiB");
    }
}
