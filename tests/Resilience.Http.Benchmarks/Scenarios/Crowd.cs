using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>A permit from the bucket of one partition among many.</summary>
[MemoryDiagnoser]
public class Crowd
{
    private const int Stride = 7919;

    private readonly Partitions<TokenBucket> _ours = new(Ample.Bucket, TimeProvider.System);
    private readonly PartitionedRateLimiter<string> _peer = System.Threading.RateLimiting.PartitionedRateLimiter.Create<string, string>(
        static name => RateLimitPartition.GetTokenBucketLimiter(name, static _ => Ample.Options));

    private string[] _names = [];
    private int _at;

    [Params(1, 1_000, 1_000_000)]
    public int Count { get; set; }

    /// <summary>What each of our partitions occupies.</summary>
    internal long BytesEach { get; private set; }

    [GlobalSetup]
    public void SetUp()
    {
        SetUpOurs();
        SetUpPeer();
    }

    [Benchmark]
    public bool TokenBucket()
    {
        var now = TimeProvider.System.GetTimestamp();
        return _ours.Get(PartitionKey.Named(Next()), now, maximum: 1_000_000, TimeSpan.FromMinutes(10)).TryTake(now);
    }

    [Benchmark(Baseline = true)]
    public bool PartitionedRateLimiter() => _peer.AttemptAcquire(Next()).IsAcquired;

    internal void SetUpOurs()
    {
        _names = [.. Enumerable.Range(0, Count).Select(i => $"tenant-{i}")];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
            TokenBucket();
        BytesEach = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
    }

    internal void SetUpPeer()
    {
        for (var i = 0; i < Count; i++)
            PartitionedRateLimiter();
    }

    // Neighbours in the array are no neighbours in time, as requests of many tenants are not.
    private string Next() => _names[_at = (_at + Stride) % _names.Length];
}
