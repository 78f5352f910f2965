using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the store of the outbox.</summary>
public static class OutboxServiceCollectionExtensions
{
    /// <param name="services">The services of the application.</param>
    extension(IServiceCollection services)
    {
        /// <summary>Chooses the SQLite file that keeps calls. Without it, it is <c>outbox.db</c> in the current folder.</summary>
        /// <param name="configure">Sets the path.</param>
        /// <returns>The same services.</returns>
        public IServiceCollection AddSqliteOutbox(Action<SqliteOutboxOptions> configure)
        {
            ArgumentNullException.ThrowIfNull(configure);
            var options = new SqliteOutboxOptions();
            configure(options);
            services.RemoveAll<IOutboxStore>();
            services.AddSingleton<IOutboxStore>(provider => new SqliteOutboxStore(options, provider.GetService<TimeProvider>()));
            return services;
        }
    }

    internal static void AddOutbox(this IServiceCollection services)
    {
        services.TryAddSingleton<IOutboxStore>(provider => new SqliteOutboxStore(new(), provider.GetService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboxStart>, OutboxStart.Validator>());
        services.TryAddSingleton<OutboxClients>();
        services.TryAddSingleton<OutboxDrain>();
        services.TryAddSingleton<IOutbox, KeptCalls>();
        services.TryAddSingleton(provider => new OutboxHealthCheck(provider.GetRequiredService<IOutboxStore>(), provider.GetRequiredService<OutboxClients>(), provider.GetService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OutboxDrain>(provider => provider.GetRequiredService<OutboxDrain>()));
    }
}
