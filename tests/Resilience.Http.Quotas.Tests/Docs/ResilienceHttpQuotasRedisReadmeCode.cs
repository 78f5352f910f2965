using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests.Docs;

/// <summary>The C# of the package's README, compiled.</summary>
internal static class ResilienceHttpQuotasRedisReadmeCode
{
    public static async Task RegisterAsync(IServiceCollection services)
    {
        services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync("redis.example:6379,abortConnect=false"));
        services.AddRedisQuotas();
        services.AddResilientHttpClient("github").AddRetry().AddQuota(quota => quota.PermitsPerSecond = 80);
    }
}
