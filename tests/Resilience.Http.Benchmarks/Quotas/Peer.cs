using RedisRateLimiting;

namespace Resilience.Http.Benchmarks.Quotas;

/// <summary>The token bucket of RedisRateLimiting, which asks Redis for every permit.</summary>
internal sealed class Peer(RedisProcess redis) : IDisposable
{
    private readonly RedisTokenBucketRateLimiter<string> _limiter = new("measured", new()
    {
        ConnectionMultiplexerFactory = () => redis.Connection,
        TokenLimit = QuotaTable.Ample,
        TokensPerPeriod = QuotaTable.Ample,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    });

    public void Take() => TakeAsync().GetAwaiter().GetResult();

    public void Take(int atOnce) => Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => TakeAsync())).GetAwaiter().GetResult();

    public void Dispose() => _limiter.Dispose();

    private async Task TakeAsync()
    {
        using var lease = await _limiter.AcquireAsync(1).ConfigureAwait(false);
        if (!lease.IsAcquired)
            throw new InvalidOperationException("There is no permit.");
    }
}
