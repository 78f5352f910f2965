using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Resilience.Http;
using Resilience.Http.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds chaos to a client of a running system.</summary>
public static class ChaosHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    /// <typeparam name="TBuilder">The builder, whose verbs stay at hand.</typeparam>
    extension<TBuilder>(TBuilder builder)
        where TBuilder : IHttpClientBuilder
    {
        /// <summary>
        /// Injects faults into attempts, inside all policies and handlers of the client, wherever it is called. Off unless the host's environment is
        /// <c>Development</c> or <see cref="ChaosOptions.Enabled"/> says otherwise. It is no policy: a client that names none keeps the standard ones.
        /// </summary>
        /// <param name="configure">Says which faults; invalid values stop the host from starting.</param>
        /// <returns>The same builder.</returns>
        /// <exception cref="ArgumentException">The builder has no name.</exception>
        public TBuilder AddChaos(Action<ChaosOptions>? configure = null)
        {
            var options = Register(builder);
            if (configure is not null)
                options.Configure(configure);
            return builder;
        }

        /// <summary>The same, with options that come from the configuration and follow its changes.</summary>
        /// <param name="section">Holds <c>Enabled</c>, <c>Faults</c> and <c>Header</c>.</param>
        /// <returns>The same builder.</returns>
        /// <exception cref="ArgumentException">The builder has no name.</exception>
        public TBuilder AddChaos(IConfigurationSection section)
        {
            ArgumentNullException.ThrowIfNull(section);
            Register(builder).Bind(section, binder => binder.ErrorOnUnknownConfiguration = true);
            return builder;
        }
    }

    private static OptionsBuilder<ChaosOptions> Register(IHttpClientBuilder builder)
    {
        if (builder.Name is not { } name)
            throw new ArgumentException("AddChaos needs a named client; ConfigureHttpClientDefaults has none.", nameof(builder));

        var services = builder.Services;
        if (!services.Any(service => service.ServiceType == typeof(ChaosPlan) && Equals(service.ServiceKey, name)))
        {
            services.AddKeyedSingleton(name, static (services, name) => PlanOf(services, (string)name!));
            services.TryAddSingleton(static _ => new ChaosOptionsValidator());
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChaosOptions>, ChaosOptionsValidator>(static services => services.GetRequiredService<ChaosOptionsValidator>()));
            // After all Configure, and so inside everything that is added before or after.
            services.PostConfigure<HttpClientFactoryOptions>(name, options => options.HttpMessageHandlerBuilderActions.Add(
                chain => chain.AdditionalHandlers.Add(new ChaosHandler(chain.Services.GetRequiredKeyedService<ChaosPlan>(name)))));
        }

        return services.AddOptionsWithValidateOnStart<ChaosOptions>(name);
    }

    private static ChaosPlan PlanOf(IServiceProvider services, string client) => new(
        new ClientContext
        {
            Name = client,
            Time = services.GetService<TimeProvider>() ?? TimeProvider.System,
            Random = services.GetService<Random>() ?? new ClientContext().Random,
            LoggerFactory = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            MeterFactory = services.GetService<IMeterFactory>(),
        },
        services.GetRequiredService<IOptionsMonitor<ChaosOptions>>(),
        services.GetRequiredService<ChaosOptionsValidator>(),
        services.GetService<IHostEnvironment>());
}
