using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Permits.</summary>
internal static class TakeRows
{
    public static IReadOnlyList<Row> All
    {
        get
        {
            var takes = new Takes();
            return
            [
                // A permit that is free, from a bucket of ours and from that of .NET.
                new("token bucket take / TokenBucketRateLimiter", new(() => takes.TokenBucket()), new(() => takes.TokenBucketRateLimiter())) { MaxBytes = 0 },
                // By two threads that take as fast as they can, the time being known.
                new("the same by two threads", ByTwo(now => takes.TokenBucket(now)), ByTwo(_ => takes.TokenBucketRateLimiter())) { MaxTimeRatio = 0.7 },
            ];
        }
    }

    // Longer, so that starting together is a small part of it.
    private static Subject ByTwo(Action<long> take) => new(times => TwoThreads.Run(take, times) / 2) { BatchLength = TimeSpan.FromMilliseconds(3) };
}
