using Resilience.Http.Benchmarks.Scenarios;

namespace Resilience.Http.Benchmarks.Ratios;

/// <summary>Requests that are rejected.</summary>
internal static class RejectionRows
{
    private const int Kilobytes = 1_024;

    public static IReadOnlyList<Row> All
    {
        get
        {
            var rejections = new Rejections();
            rejections.SetUp();
            var openCircuit = new Subject(() => rejections.OpenCircuit());
            var emptyTokenBucket = new Subject(() => rejections.EmptyTokenBucket());
            return
            [
                // An exception through the standard set and the caller's catch, against Polly's through its pipeline.
                new("open circuit, through the standard set / Polly", openCircuit, new(() => rejections.PollyOpenCircuit())) { MaxTimeRatio = 0.6, MaxBytes = 1.2 * Kilobytes },

                // The same exception of two policies.
                new("empty token bucket / open circuit", emptyTokenBucket, openCircuit) { MaxTimeRatio = 1.2, MaxBytes = 1.2 * Kilobytes },

                // The standard set with problem details in Respond mode, up to the response, against the same rejection without them, up to the catch.
                new("open circuit, answered with a problem / by an exception", new(() => rejections.OpenCircuitAnswers()), openCircuit) { MaxTimeRatio = 0.25, MaxBytes = 1.5 * Kilobytes },
                new("empty token bucket, answered with a problem / by an exception", new(() => rejections.EmptyTokenBucketAnswers()), emptyTokenBucket) { MaxTimeRatio = 0.25, MaxBytes = 1.5 * Kilobytes },
            ];
        }
    }
}
