namespace Resilience.Http;

/// <summary>The limits of a client's partitions: that of the provider or of the options, and those with a name.</summary>
internal sealed class QuotaLimits(PolicyContext<QuotaOptions> context, QuotaTelemetry telemetry)
{
    private readonly IQuotaProvider? _provider = (IQuotaProvider?)context.Services?.GetService(typeof(IQuotaProvider));

    public IReadOnlyList<QuotaLimit> Of(QuotaBucket bucket, string key, string quota)
    {
        var options = context.Options;
        bucket.Known = Find(bucket, quota);
        // A rate that is none would end all requests of the partition: better the one that was validated.
        var own = bucket.Known.Rate is { IsValid: true } found ? found : options.Own;
        List<QuotaLimit> limits = [];
        if (!own.IsUnlimited)
            limits.Add(LimitOf(string.Empty, own, key, quota));
        foreach (var (name, rate) in options.Limits)
            limits.Add(LimitOf(name, rate, key, quota));
        return limits;
    }

    // The store is asked in the background: what is thrown there would leave the partition waiting for ever.
    private KnownRate Find(QuotaBucket bucket, string quota)
    {
        try
        {
            return new(_provider?.Find(quota, bucket.Partition), HasFailed: false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!bucket.Known.HasFailed)
                telemetry.ProviderFailed(e, bucket.Partition);
            return bucket.Known with { HasFailed = true };
        }
    }

    private static QuotaLimit LimitOf(string name, QuotaRate rate, string key, string quota)
        => new(rate.IsShared ? QuotaKey.Of(quota) : key, name, rate.PermitsPerSecond, rate.BurstInForce);
}
