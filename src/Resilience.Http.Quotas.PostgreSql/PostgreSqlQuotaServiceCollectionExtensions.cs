using Npgsql;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps quotas in PostgreSQL.</summary>
public static class PostgreSqlQuotaServiceCollectionExtensions
{
    /// <param name="services">The services of the application.</param>
    extension(IServiceCollection services)
    {
        /// <summary>Has all clients with a quota keep it in PostgreSQL, over the <see cref="NpgsqlDataSource"/> of the application.</summary>
        /// <returns>The same services.</returns>
        public IServiceCollection AddPostgreSqlQuotas()
        {
            ArgumentNullException.ThrowIfNull(services);
            return services.AddSingleton<IQuotaStore>(provider => new PostgreSqlQuotaStore(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetService<TimeProvider>()));
        }
    }
}
