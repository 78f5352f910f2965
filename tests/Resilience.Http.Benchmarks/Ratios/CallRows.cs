using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Whole calls.</summary>
internal static class CallRows
{
    private const int Kilobytes = 1_024;

    public static IReadOnlyList<Row> All
    {
        get
        {
            var (happy, sync, retry, shedding, keys) = (new HappyPath(), new HappyPath { Suspends = false }, new RetryPath(), new Shedding(), new Keys());
            happy.SetUp();
            sync.SetUp();
            retry.SetUp();
            shedding.SetUp();
            var standard = new Subject(() => happy.StandardSet());
            var withTokenBucket = new Subject(() => happy.StandardSetWithTokenBucket());
            var openCircuit = new Subject(() => shedding.OpenCircuit());
            return
            [
                new("standard set / five empty handlers", standard, new(() => happy.FiveEmptyHandlers())) { MaxTimeRatio = 1, MaxBytesRatio = 0.85 },
                new("standard set / Polly", standard, new(() => happy.PollyPipeline())) { MaxTimeRatio = 0.3, MaxBytesRatio = 0.4 },
                new("standard set with token bucket / without", withTokenBucket, standard) { MaxTimeRatio = 1.2 },
                new("token bucket added to the standard set", withTokenBucket, standard) { Besides = standard, MaxBytes = 0 },
                new("idempotency key added to a POST / Guid.NewGuid and a header", new(() => keys.IdempotencyKey()), new(() => keys.ByHand()))
                {
                    Besides = new(() => keys.None()),
                    MaxTimeRatio = 0.6,
                    MaxBytes = 230,
                },
                new("standard set, upstream answers at once / three awaiting handlers", new(() => sync.StandardSet()), new(() => happy.ThreeEmptyHandlers())) { MaxBytesRatio = 1 },
                new("503, then 200 without delay / Polly", new(() => retry.StandardSet()), new(() => retry.PollyPipeline())) { MaxTimeRatio = 0.45 },
                new("open circuit, through the standard set / Polly", openCircuit, new(() => shedding.PollyOpenCircuit())) { MaxTimeRatio = 0.6, MaxBytes = 1.2 * Kilobytes },
                new("empty token bucket / open circuit", new(() => shedding.EmptyTokenBucket()), openCircuit) { MaxTimeRatio = 1.2, MaxBytes = 1.2 * Kilobytes },
            ];
        }
    }
}
