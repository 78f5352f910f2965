using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>
/// Permits taken from a bucket that always has one, by one thread, which reads the clock each time, and by two, which do not: a call reads it
/// once for all its policies, and it would hide most of what the threads cost each other.
/// </summary>
[MemoryDiagnoser]
public class Takes
{
    private const int PerRun = 10_000;

    private readonly TokenBucket _ours = Ample.Bucket(PartitionKey.WholeClient);
    private readonly TokenBucketRateLimiter _peer = Ample.Limiter();

    [Benchmark]
    public bool TokenBucket() => TokenBucket(TimeProvider.System.GetTimestamp());

    [Benchmark(Baseline = true)]
    public bool TokenBucketRateLimiter() => _peer.AttemptAcquire().IsAcquired;

    [Benchmark(OperationsPerInvoke = PerRun)]
    public void TokenBucketByTwo() => TwoThreads.Run(now => TokenBucket(now), PerRun / 2);

    [Benchmark(OperationsPerInvoke = PerRun)]
    public void TokenBucketRateLimiterByTwo() => TwoThreads.Run(_ => TokenBucketRateLimiter(), PerRun / 2);

    internal bool TokenBucket(long now) => _ours.TryTake(now);
}
