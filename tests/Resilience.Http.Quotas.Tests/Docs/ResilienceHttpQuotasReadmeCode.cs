using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Quotas.Tests.Docs;

/// <summary>The C# of the package's README, compiled.</summary>
public static class ResilienceHttpQuotasReadmeCode
{
    public static void Register(IServiceCollection services)
    {
        services.AddResilientHttpClient("github", client => client.BaseAddress = new("https://api.github.com/"))
            .AddRetry()
            .AddQuota(quota => quota.PermitsPerSecond = 80)          // for all instances together
            .AddAttemptTimeout();
    }

    public static void Limit(IServiceCollection services)
    {
        services.AddSingleton<IQuotaProvider, Plans>();                                     // Find(quota, partition) → a rate, Unlimited, or null
        services.AddResilientHttpClient("llm").AddQuota(quota =>
        {
            quota.PartitionBy = request => TenantOf(request);                               // or request.SetPartition("acme") where it is made
            quota.PermitsPerSecond = 10;                                                    // for tenants without a plan
            quota.Limits["hour"] = new(20_000, TimeSpan.FromHours(1));                      // besides, for each tenant
            quota.Limits["all"] = new(100, TimeSpan.FromSeconds(1)) { IsShared = true };    // besides, for all tenants together
            quota.CostOf = request => EstimateOf(request);                                  // permits, taken before the attempt
            quota.ActualCostOf = result => UsageOf(result);                                 // permits, corrected after it
        });
    }

    public static void Look(ResilienceRegistry registry)
    {
        foreach (var quota in registry["github"].Quotas)
            Console.WriteLine(quota);              // Level: permits at hand; Waiting; granted a second; IsFallback. quota.Pauses and quota.Limits are lists
    }

    private static string TenantOf(HttpRequestMessage request) => request.Headers.GetValues("X-Tenant").First();

    private static int EstimateOf(HttpRequestMessage request) => request.Method == HttpMethod.Get ? 1 : 10;

    private static int? UsageOf(AttemptResult result) => result.Outcome.IsSuccess ? 10 : null;

    public sealed class Plans : IQuotaProvider
    {
        public QuotaRate? Find(string quota, string partition) => null;
    }
}
