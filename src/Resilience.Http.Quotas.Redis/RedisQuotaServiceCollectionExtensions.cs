using Resilience.Http;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps quotas in Redis.</summary>
public static class RedisQuotaServiceCollectionExtensions
{
    /// <param name="services">The services of the application.</param>
    extension(IServiceCollection services)
    {
        /// <summary>Has all clients with a quota keep it in Redis, over the <see cref="IConnectionMultiplexer"/> of the application.</summary>
        /// <param name="configure">Changes the prefix of the keys or the database.</param>
        /// <returns>The same services.</returns>
        public IServiceCollection AddRedisQuotas(Action<RedisQuotaStoreOptions>? configure = null)
        {
            ArgumentNullException.ThrowIfNull(services);
            var options = new RedisQuotaStoreOptions();
            configure?.Invoke(options);
            return services.AddSingleton<IQuotaStore>(provider => new RedisQuotaStore(provider.GetRequiredService<IConnectionMultiplexer>(), options));
        }
    }
}
