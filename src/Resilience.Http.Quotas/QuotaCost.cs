namespace Resilience.Http;

/// <summary>An attempt and what it took, for those whose cost the answer tells.</summary>
internal sealed record QuotaCost(QuotaBucket Bucket, long Permits)
{
    /// <summary>What it should have taken. A function that throws changes nothing.</summary>
    public static long Actual(Func<AttemptResult, int?> costOf, in AttemptResult result, long permits, QuotaTelemetry telemetry)
    {
        try
        {
            return costOf(result) is { } actual ? Math.Max(actual, 0) : permits;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            telemetry.CostFailed(e);
            return permits;
        }
    }
}
