using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Permits taken from a bucket that always has one, by one thread and by two.</summary>
[MemoryDiagnoser]
public class Takes
{
    private const int PerRun = 10_000;

    private readonly TokenBucket _ours = Ample.Bucket(PartitionKey.WholeClient);
    private readonly TokenBucketRateLimiter _peer = Ample.Limiter();

    [Benchmark]
    public bool TokenBucket() => _ours.TryTake(TimeProvider.System.GetTimestamp());

    [Benchmark(Baseline = true)]
    public bool TokenBucketRateLimiter() => _peer.AttemptAcquire().IsAcquired;

    [Benchmark(OperationsPerInvoke = PerRun)]
    public void TokenBucketByTwo() => TwoThreads.Run(() => TokenBucket(), PerRun / 2);

    [Benchmark(OperationsPerInvoke = PerRun)]
    public void TokenBucketRateLimiterByTwo() => TwoThreads.Run(() => TokenBucketRateLimiter(), PerRun / 2);
}
