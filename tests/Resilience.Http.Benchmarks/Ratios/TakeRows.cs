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
            var (ours, peer) = (new Subject(() => takes.TokenBucket()), new Subject(() => takes.TokenBucketRateLimiter()));
            return
            [
                new("token bucket take / TokenBucketRateLimiter", ours, peer) { MaxBytes = 0 },
                new("the same by two threads", new(takes.TokenBucketByTwo, Takes.PerRun), new(takes.TokenBucketRateLimiterByTwo, Takes.PerRun)) { MaxTimeRatio = 0.7 },
            ];
        }
    }
}
