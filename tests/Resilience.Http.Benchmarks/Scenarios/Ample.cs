using System.Threading.RateLimiting;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Buckets that never run empty: a permit in every nanosecond.</summary>
internal static class Ample
{
    private static readonly Pacing Pacing = new(new(new() { PermitsPerSecond = 1_000_000_000, Burst = int.MaxValue }), TimeProvider.System);

    public static TokenBucket Bucket(PartitionKey key) => new(key, Pacing);

    public static TokenBucketRateLimiter Limiter() => new(Options);

    public static TokenBucketRateLimiterOptions Options { get; } = new()
    {
        TokenLimit = int.MaxValue,
        TokensPerPeriod = int.MaxValue,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };
}
