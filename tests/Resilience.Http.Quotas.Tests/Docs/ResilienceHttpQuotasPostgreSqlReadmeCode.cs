using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Resilience.Http.Quotas.Tests.Docs;

/// <summary>The C# of the package's README, compiled.</summary>
internal static class ResilienceHttpQuotasPostgreSqlReadmeCode
{
    public static void Register(IServiceCollection services)
    {
        services.AddSingleton(NpgsqlDataSource.Create("Host=db.example;Database=shop;Username=shop"));
        services.AddPostgreSqlQuotas();
        services.AddResilientHttpClient("github").AddRetry().AddQuota(quota => quota.PermitsPerSecond = 80);
    }
}
