using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients that survive the real world.</summary>
public static class ResilienceServiceCollectionExtensions
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

        /// <summary>Registers a named client whose options come from the configuration, as with <see cref="ResilienceHttpClientBuilderExtensions.AddResilience(IHttpClientBuilder, IConfigurationSection)"/>.</summary>
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

        /// <summary>Registers the <see cref="ResilienceRegistry"/> without a client, for clients that are added while the program runs.</summary>
        /// <returns>The same services.</returns>
        public IServiceCollection AddResilienceRegistry()
        {
            ClientRegistration.AddRegistry(services);
            return services;
        }

        /// <summary>
        /// Makes a policy known to configuration. A client that only configuration describes gets it if it has a section of the policy's name, in
        /// the outermost place that the rules of all its policies allow; of several, in the order of registration.
        /// </summary>
        /// <param name="policy">The policy.</param>
        /// <returns>The same services.</returns>
        public IServiceCollection AddResiliencePolicy(Policy policy)
        {
            ArgumentNullException.ThrowIfNull(policy);
            policy.AddTo(services);
            foreach (var named in ClientSection.Of(services).Where(section => section.Names(policy)).ToArray())
                policy.AddTo(services, named.Client);
            return services;
        }
    }
}
