using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the calls of the outbox in PostgreSQL.</summary>
public static class PostgreSqlOutboxServiceCollectionExtensions
{
    /// <param name="services">The services of the application.</param>
    extension(IServiceCollection services)
    {
        /// <summary>Keeps calls in the database of the <see cref="NpgsqlDataSource"/> that is registered as a service. Every process with the same database drains.</summary>
        /// <returns>The same services.</returns>
        public IServiceCollection AddPostgreSqlOutbox()
        {
            services.RemoveAll<IOutboxStore>();
            services.AddSingleton<IOutboxStore>(provider => new PostgreSqlOutboxStore(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetService<TimeProvider>()));
            return services;
        }
    }
}
