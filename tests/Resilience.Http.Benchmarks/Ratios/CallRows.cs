using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Calls through chains of handlers, when all is well and when it is not.</summary>
internal static class CallRows
{
    public static IReadOnlyList<Row> All
    {
        get
        {
            var (happy, sync, retry, keys) = (new HappyPath(), new HappyPath { Suspends = false }, new RetryPath(), new Keys());
            happy.SetUp();
            sync.SetUp();
            retry.SetUp();
            var standard = new Subject(() => happy.StandardSet());
            var withTokenBucket = new Subject(() => happy.StandardSetWithTokenBucket());
            return
            [
                // Four policies, against handlers that do nothing but await the next one.
                new("standard set / five empty handlers", standard, new(() => happy.FiveEmptyHandlers())) { MaxTimeRatio = 0.95, MaxBytes = 500 },

                // Against the same strategies of Polly.Core, in one handler, run in the way that costs Polly least.
                new("standard set / Polly", standard, new(() => happy.PollyPipeline())) { MaxTimeRatio = 0.3, MaxBytesRatio = 0.4 },

                // A bucket that always has a permit, against a chain without it.
                new("standard set with token bucket / without", withTokenBucket, standard) { MaxTimeRatio = 1.2 },
                new("token bucket added to the standard set", withTokenBucket, standard) { Besides = standard, MaxBytes = 0 },

                // Both in the standard set, less a POST through the standard set alone.
                new("idempotency key added to a POST / Guid.NewGuid and a header", new(() => keys.IdempotencyKey()), new(() => keys.ByHand()))
                {
                    Besides = new(() => keys.None()),
                    MaxTimeRatio = 0.6,
                    MaxBytes = 230,
                },

                // The upstream returns a completed task: nothing is suspended.
                new("standard set, upstream answers at once / three awaiting handlers", new(() => sync.StandardSet()), new(() => happy.ThreeEmptyHandlers())) { MaxBytesRatio = 1 },

                // One retry, the delay being zero on both sides.
                new("503, then 200 without delay / Polly", new(() => retry.StandardSet()), new(() => retry.PollyPipeline())) { MaxTimeRatio = 0.45 },
            ];
        }
    }
}
