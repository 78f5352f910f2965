using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>Permits taken from a bucket that always has one, by one thread and by two.</summary>
[MemoryDiagnoser]
public class Takes
{
    public const int PerRun = 100_000;

    private readonly TokenBucket _ours = Ample.Bucket(PartitionKey.WholeClient);
    private readonly TokenBucketRateLimiter _peer = Ample.Limiter();

    [Benchmark]
    public bool TokenBucket() => _ours.TryTake(TimeProvider.System.GetTimestamp());

    [Benchmark(Baseline = true)]
    public bool TokenBucketRateLimiter() => _peer.AttemptAcquire().IsAcquired;

    [Benchmark(OperationsPerInvoke = PerRun)]
    public void TokenBucketByTwo() => ByTwo(TokenBucket);

    [Benchmark(OperationsPerInvoke = PerRun)]
    public void TokenBucketRateLimiterByTwo() => ByTwo(TokenBucketRateLimiter);

    private static void ByTwo(Func<bool> take) => Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ =>
    {
        for (var i = 0; i < PerRun / 2; i++)
            take();
    });
}
