namespace TenantGateway;

/// <summary>Tells the quota of the tenants each one's rate. It is asked with every lease, so that an upgrade counts within a second.</summary>
internal sealed class TenantPlans(TenantConfiguration configuration, GatewaySettings settings) : IQuotaProvider
{
    public QuotaRate? Find(string quota, string partition)
        => quota == settings.Quota ? configuration.Current?.FindById(partition)?.Plan.Rate : null;
}
