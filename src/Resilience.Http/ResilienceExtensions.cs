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

            builder.Services.AddResilience(name);
            builder.ConfigureAdditionalHttpMessageHandlers((handlers, services) =>
            {
                foreach (var handler in HandlersOf(services.GetRequiredService<ResilienceRegistry>().Of(name)))
                    handlers.Add(handler);
            });
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
            builder.Services.AddSingleton(new ClientSection(builder.Name, section));
            builder.Services.Configure<ResilientClientOptions>(builder.Name, chain => chain.Sections.Add(section));
            foreach (var policy in KnownPolicy.In(builder.Services).Where(policy => ClientSections.Name([section], policy)).ToArray())
                policy.AddTo(builder.Services, builder.Name);
            return resilient;
        }
    }

    private static void AddResilience(this IServiceCollection services, string client)
    {
        services.AddSingleton(new ResilientClientName(client));
        services.TryAddSingleton(static services => new ResilienceRegistry(services, services.GetServices<ResilientClientName>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilientClientOptions>, ResilientClientValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClientStart>, ClientStart.Validator>());
        foreach (var policy in StandardPolicies.Known)
            policy.AddTo(services);

        services.AddOptions<ResilientClientOptions>(client).PostConfigure<IServiceProvider>((chain, services) => Assemble(client, chain, services));
        services.AddOptionsWithValidateOnStart<ClientStart>(client);
        // Before and after everything else that sets up the client, so that it is known what was set.
        services.AddOptions<HttpClientFactoryOptions>(client).PostConfigure<IServiceProvider>((options, services) =>
        {
            options.HttpClientActions.Insert(0, HttpClientSettings.Mark);
            options.HttpClientActions.Add(http => Attach(http, services.GetRequiredService<ResilienceRegistry>().Of(client)));
        });
    }

    // The total timeout is the entrance of every call, so the others have their places inside it.
    private static void Assemble(string client, ResilientClientOptions chain, IServiceProvider services)
    {
        foreach (var entry in chain.Entries)
        {
            chain.PoliciesOf[entry] = entry.PoliciesFor(client, chain);
            chain.Policies.AddRange(chain.PoliciesOf[entry]);
        }

        if (chain.Entries.Count > 0)
            return;

        chain.IsStandard = true;
        Policy[] named = [.. services.GetServices<KnownPolicy>().Select(known => known.Policy).Where(policy => ClientSections.Name(chain.Sections, policy))];
        chain.Policies.AddRange(StandardPolicies.Known.Where(policy => StandardPolicies.Default.Contains(policy) || named.Contains(policy)));
        foreach (var policy in named.Except(StandardPolicies.Known))
            ChainOrder.Insert(chain.Policies, policy, from: 1);
    }

    private static IEnumerable<DelegatingHandler> HandlersOf(ResilientClient client)
    {
        yield return new TotalTimeoutHandler(client);
        if (!client.Chain.IsStandard)
            yield break;

        foreach (var handler in client.Chain.Policies.Select(policy => policy.CreateHandler(client)).OfType<DelegatingHandler>())
            yield return handler;
    }

    private static void Attach(HttpClient http, ResilientClient client)
        => client.Context.HttpClient.Take(http, hasTotalTimeout: client.Chain.Policies.Contains(TotalTimeoutPolicy.Instance));
}
