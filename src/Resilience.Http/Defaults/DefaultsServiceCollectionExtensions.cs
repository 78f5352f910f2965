using Microsoft.Extensions.Configuration;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes the clients resilient that nobody makes resilient.</summary>
public static class DefaultsServiceCollectionExtensions
{
    /// <param name="services">Where the clients are registered, before or after this.</param>
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Gives the standard policies to every client of <see cref="IHttpClientFactory"/> that is not made resilient by itself: named, typed, keyed and
        /// gRPC clients, and names that nobody registered. Each client has state of its own. The policies stand outside all handlers of the client.
        /// <c>AddResilience</c> on a client replaces them, <c>RemoveResilience</c> takes them away. A client whose chain has a handler of Polly or of
        /// Microsoft.Extensions.Http.Resilience keeps that and gets none of them; the log says so once. May be called again: what is configured adds up.
        /// </summary>
        /// <param name="configure">
        /// Changes the defaults, after the configuration, and adds optional policies. Runs for every client. Invalid values stop the host from starting.
        /// </param>
        /// <returns>The same services.</returns>
        public IServiceCollection AddResilienceDefaults(Action<StandardPoliciesOptions>? configure = null)
        {
            ResilienceDefaults.Of(services).Add(configure);
            return services;
        }

        /// <summary>
        /// The same, with options that come from the configuration and follow its changes, as with
        /// <see cref="ResilienceHttpClientBuilderExtensions.AddResilience(IHttpClientBuilder, IConfigurationSection)"/>.
        /// </summary>
        /// <param name="section">Holds a section for every policy to configure; one of an optional policy adds it.</param>
        /// <param name="configure">Comes after, and wins over, the section.</param>
        /// <returns>The same services.</returns>
        public IServiceCollection AddResilienceDefaults(IConfigurationSection section, Action<StandardPoliciesOptions>? configure = null)
        {
            ArgumentNullException.ThrowIfNull(section);
            ResilienceDefaults.Of(services).Add(configure);
            ResilienceDefaults.Add(services, section);
            return services;
        }
    }
}
