namespace Resilience.Http;

/// <summary>The provider of rates for the partitions of a client.</summary>
internal sealed class QuotaSource(IQuotaProvider provider, string quota, TokenBucketTelemetry telemetry)
{
    /// <returns>Null if there is no provider.</returns>
    public static QuotaSource? Of(IQuotaProvider? provider, string quota, TokenBucketTelemetry telemetry) => provider is null ? null : new(provider, quota, telemetry);

    /// <summary>The rate of a partition. What was known stays in force while the provider throws; the first exception is reported.</summary>
    public QuotaAnswer Find(string partition, QuotaAnswer known)
    {
        try
        {
            return new(provider.Find(quota, partition), HasFailed: false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!known.HasFailed)
                telemetry.ProviderFailed(e, partition);
            return known with { HasFailed = true };
        }
    }
}
