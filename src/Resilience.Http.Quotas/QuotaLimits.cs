namespace Resilience.Http;

/// <summary>The limits of a client's partitions: that of the provider or of the options, and those with a name.</summary>
internal sealed class QuotaLimits(PolicyContext<QuotaOptions> context)
{
    private readonly IQuotaProvider? _provider = (IQuotaProvider?)context.Services?.GetService(typeof(IQuotaProvider));

    public IReadOnlyList<QuotaLimit> Of(string key, string quota, string partition)
    {
        var options = context.Options;
        // A rate that is none would end all requests of the partition: better the one that was validated.
        var own = _provider?.Find(quota, partition) is { IsValid: true } found ? found : options.Own;
        List<QuotaLimit> limits = [];
        if (!own.IsUnlimited)
            limits.Add(LimitOf(string.Empty, own, key, quota));
        foreach (var (name, rate) in options.Limits)
            limits.Add(LimitOf(name, rate, key, quota));
        return limits;
    }

    private static QuotaLimit LimitOf(string name, QuotaRate rate, string key, string quota)
        => new(rate.IsShared ? QuotaKey.Of(quota) : key, name, rate.PermitsPerSecond, rate.BurstInForce);
}
