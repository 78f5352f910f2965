using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Resilience.Http.Benchmarks.Scenarios;

/// <summary>A permit from the bucket of one partition among many. Each side is set up by itself: the peer's timers never rest.</summary>
[MemoryDiagnoser]
public class Crowd
{
    private const int Stride = 7919;

    private static readonly TimeSpan IdleEviction = TimeSpan.FromMinutes(10);

    private readonly Partitions<TokenBucket> _ours = new(Ample.Bucket, TimeProvider.System);
    private PartitionedRateLimiter<string>? _peer;
    private string[] _names = [];
    private int _at;

    [Params(1, 1_000, 1_000_000)]
    public int Count { get; set; }

    /// <summary>What each of our partitions occupies, its name included.</summary>
    internal long BytesEach { get; private set; }

    // New ones each time: no request brings the very string that its partition was made with.
    private IEnumerable<string> Names => Enumerable.Range(0, Count).Select(i => $"tenant-{i}");

    [GlobalSetup(Target = nameof(TokenBucket))]
    public void SetUpOurs()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var name in Names)
            TakeOurs(name);
        BytesEach = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        _names = [.. Names];
    }

    [GlobalSetup(Target = nameof(PartitionedRateLimiter))]
    public void SetUpPeer()
    {
        _peer = System.Threading.RateLimiting.PartitionedRateLimiter.Create<string, string>(
            static name => RateLimitPartition.GetTokenBucketLimiter(name, static _ => Ample.Options));
        foreach (var name in Names)
            TakePeers(name);
        _names = [.. Names];
    }

    [GlobalCleanup]
    public void CleanUp() => _peer?.Dispose();

    [Benchmark]
    public bool TokenBucket() => TakeOurs(Next());

    [Benchmark(Baseline = true)]
    public bool PartitionedRateLimiter() => TakePeers(Next());

    private bool TakeOurs(string name)
    {
        var now = TimeProvider.System.GetTimestamp();
        return _ours.Get(PartitionKey.Named(name), now, maximum: 1_000_000, IdleEviction).TryTake(now);
    }

    private bool TakePeers(string name) => _peer!.AttemptAcquire(name).IsAcquired;

    // Not in the order in which the partitions were made and lie in memory: requests do not come in that order either.
    private string Next() => _names[_at = (_at + Stride) % _names.Length];
}
