using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients that survive the real world.</summary>
public static class ResilienceExtensions
{
    /// <param name="services">Where the client is registered.</param>
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Registers a named client. Policies added to the builder are its policies, in that order; if none is added it gets the standard
        /// ones: total timeout, retry, circuit breaker, attempt timeout.
        /// </summary>
        /// <param name="name">The name to ask <see cref="IHttpClientFactory"/> for.</param>
        /// <param name="configureClient">Sets up the client, its base address for example.</param>
        /// <returns>A builder for its policies.</returns>
        public IResilientHttpClientBuilder AddResilientHttpClient(string name, Action<HttpClient>? configureClient = null)
            => services.AddHttpClient(name, configureClient ?? (static _ => { })).AddResilience();

        /// <summary>Registers a named client whose options come from the configuration, as with <see cref="extension(IHttpClientBuilder).AddResilience(IConfigurationSection)"/>.</summary>
        /// <param name="name">The name to ask <see cref="IHttpClientFactory"/> for.</param>
        /// <param name="section">Holds a section for every policy to configure.</param>
        /// <param name="configureClient">Sets up the client, its base address for example.</param>
        /// <returns>A builder for its policies; what is set there in code comes after, and wins over, the section.</returns>
        public IResilientHttpClientBuilder AddResilientHttpClient(string name, IConfigurationSection section, Action<HttpClient>? configureClient = null)
            => services.AddHttpClient(name, configureClient ?? (static _ => { })).AddResilience(section);

        /// <summary>Registers a typed client under the name of its type.</summary>
        /// <typeparam name="TClient">Takes an <see cref="HttpClient"/> in its constructor.</typeparam>
        /// <param name="configureClient">Sets up the client, its base address for example.</param>
        /// <returns>A builder for its policies.</returns>
        public IResilientHttpClientBuilder AddResilientHttpClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
            Action<HttpClient>? configureClient = null)
            where TClient : class
            => services.AddHttpClient<TClient>(configureClient ?? (static _ => { })).AddResilience();

        /// <inheritdoc cref="extension(IServiceCollection).AddResilientHttpClient(string, IConfigurationSection, Action{HttpClient})"/>
        /// <summary>Registers a typed client under the name of its type, whose options come from the configuration.</summary>
        /// <typeparam name="TClient">Takes an <see cref="HttpClient"/> in its constructor.</typeparam>
        public IResilientHttpClientBuilder AddResilientHttpClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
            IConfigurationSection section, Action<HttpClient>? configureClient = null)
            where TClient : class
            => services.AddHttpClient<TClient>(configureClient ?? (static _ => { })).AddResilience(section);
    }

    /// <param name="builder">A client that something registered.</param>
    extension(IHttpClientBuilder builder)
    {
        /// <summary>
        /// Makes any client of <see cref="IHttpClientFactory"/> resilient, whoever registered it. The policies stand where this is called,
        /// inside handlers that were added before; calling it again changes nothing.
        /// </summary>
        /// <returns>A builder for its policies; if none is added, the client gets the standard ones.</returns>
        /// <exception cref="ArgumentException">The builder has no name: defaults for all clients are not supported, because state belongs to a client.</exception>
        public IResilientHttpClientBuilder AddResilience()
        {
            if (builder.Name is not { } name)
                throw new ArgumentException("AddResilience needs a named client: its circuits, buckets and budgets belong to one client, so ConfigureHttpClientDefaults cannot add them.", nameof(builder));

            var resilient = builder as IResilientHttpClientBuilder ?? new ResilientHttpClientBuilder(builder);
            if (builder.Services.Any(service => service.ImplementationInstance is ResilientClientName known && known.Value == name))
                return resilient;

            builder.Services.AddSingleton(new ResilientClientName(name));
            builder.Services.TryAddSingleton(static services => new ResilienceRegistry(services, services.GetServices<ResilientClientName>()));
            builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilientClientOptions>, ResilientClientValidator>());
            builder.Services.AddOptions<ResilientClientOptions>(name).PostConfigure(UseStandardIfEmpty).ValidateOnStart();
            builder.ConfigureAdditionalHttpMessageHandlers((handlers, services) =>
            {
                foreach (var handler in HandlersOf(services.GetRequiredService<ResilienceRegistry>()[name]))
                    handlers.Add(handler);
            });
            // After everything else that configures the client, so that its final timeout is known.
            builder.Services.AddOptions<HttpClientFactoryOptions>(name)
                .PostConfigure<IServiceProvider>((options, services) => options.HttpClientActions.Add(client => Attach(client, services.GetRequiredService<ResilienceRegistry>()[name])));
            return resilient;
        }

        /// <summary>
        /// The same, with options that come from the configuration and follow its changes. A section per policy, named like it
        /// (<c>Retry:MaxRetries</c>); if no policy is added to the builder, the client gets the standard ones and those that have a section.
        /// Unknown keys and bad values stop the host from starting; a change that is not in order is logged, and nothing of it is applied.
        /// </summary>
        /// <param name="section">Holds a section for every policy to configure.</param>
        /// <returns>A builder for its policies; what is set there in code comes after, and wins over, the section.</returns>
        /// <exception cref="ArgumentException">The builder has no name.</exception>
        public IResilientHttpClientBuilder AddResilience(IConfigurationSection section)
        {
            ArgumentNullException.ThrowIfNull(section);
            var resilient = builder.AddResilience();
            builder.Services.Configure<ResilientClientOptions>(builder.Name, options => options.Sections.Add(section));
            foreach (var policy in Policies.All)
                policy.Bind(builder.Services, builder.Name, section);
            return resilient;
        }
    }

    private static void UseStandardIfEmpty(ResilientClientOptions options)
    {
        if (options.Policies.Count > 0)
            return;

        options.IsStandard = true;
        options.Policies.AddRange(Policies.All.Where(policy
            => Policies.Standard.Contains(policy) || options.Sections.Any(section => ClientSections.Names(section, policy))));
    }

    private static IEnumerable<DelegatingHandler> HandlersOf(ResilientClient client)
    {
        yield return new TotalTimeoutHandler(client);
        if (!client.Chain.IsStandard)
            yield break;

        foreach (var handler in client.Chain.Policies.Select(policy => policy.CreateHandler(client)).OfType<DelegatingHandler>())
            yield return handler;
    }

    private static void Attach(HttpClient httpClient, ResilientClient client)
    {
        // 100 s is HttpClient's own default: nobody set a timeout.
        if (httpClient.Timeout == TimeSpan.FromSeconds(100) && client.Chain.Policies.Contains(TotalTimeoutOptions.Policy))
            httpClient.Timeout = client.OptionsOf(TotalTimeoutOptions.Policy).Value.Timeout;
        client.HttpClient.Watch(httpClient);
    }
}
