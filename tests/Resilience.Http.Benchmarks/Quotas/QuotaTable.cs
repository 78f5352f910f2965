using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Ratios;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>What a shared limit costs beside a local one and beside one that asks Redis for every permit, and how exact it is.</summary>
internal static class QuotaTable
{
    /// <summary>A limit that is never reached, in permits a second.</summary>
    public const int Ample = 1_000_000;

    private const int AtOnce = 50;
    private const int Seconds = 3;
    private const int TicksPerSecond = 100;
    private const int TakesPerTick = 100;

    private static readonly string[] Tenants = ["north", "east", "south", "west"];
    private static uint _turn;

    /// <returns>1 if a bound is missed.</returns>
    public static async Task<int> PrintAsync()
    {
        await using var redis = await RedisProcess.StartAsync();
        using var ours = new Caller(client =>
        {
            client.Services.AddSingleton(_ => redis.Connection).AddRedisQuotas();
            client.AddQuota(quota => (quota.PermitsPerSecond, quota.Burst, quota.PartitionBy) = (Ample, Ample, Tenant));
        });
        using var peer = new Peer(redis);
        Figure[] figures = [.. Times(ours, peer), await RoundTripsAsync(redis, ours, peer), .. await FleetRows.OfAsync(redis)];
        return Table.Print([() => figures]);
    }

    private static Figure[] Times(Caller ours, Peer peer)
    {
        using var local = new Caller(client => client.AddTokenBucket(bucket => (bucket.PermitsPerSecond, bucket.Burst, bucket.PartitionBy) = (Ample, Ample, Tenant)));
        using var bare = new Caller(_ => { });
        var warm = new Subject(ours.Call);
        Row[] rows =
        [
            new("a permit at hand / token bucket", warm, new(local.Call)) { Besides = new(bare.Call), MaxTimeRatio = 1.5 },
            // A whole call of ours, against nothing but the permit.
            new("a call with a permit at hand / RedisRateLimiting", warm, new(peer.Take)) { MaxTimeRatio = 0.05 },
            new("50 calls / RedisRateLimiting, 50 at once", new(() => CallMany(ours)), new(() => peer.Take(AtOnce))) { MaxTimeRatio = 0.05 },
        ];
        return [.. Table.Measure(rows)];
    }

    // Theirs too has a key. The same on both sides: by default one is for each server, the other for the client. In turn, as calls that do nothing
    // else may take more than the limit of one.
    private static string Tenant(HttpRequestMessage request) => Tenants[_turn++ % Tenants.Length];

    private static void CallMany(Caller caller)
    {
        for (var i = 0; i < AtOnce; i++)
            caller.Call();
    }

    private static async Task<Figure> RoundTripsAsync(RedisProcess redis, Caller ours, Peer peer)
    {
        var (own, other) = (await RoundTripsAsync(redis, () => Repeat(ours.Call)), await RoundTripsAsync(redis, () => peer.Take(TakesPerTick)));
        return new($"round trips at {TicksPerSecond * TakesPerTick:#,0} a second / RedisRateLimiting", "count", own, other, string.Empty, (double)own / other, 0.01);
    }

    private static void Repeat(Action call)
    {
        for (var i = 0; i < TakesPerTick; i++)
            call();
    }

    private static async Task<long> RoundTripsAsync(RedisProcess redis, Action take)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / TicksPerSecond), TimeProvider.System);
        await redis.ResetAsync();
        for (var tick = 0; tick < Seconds * TicksPerSecond; tick++)
        {
            await timer.WaitForNextTickAsync();
            take();
        }

        return await redis.RoundTripsAsync();
    }
}
