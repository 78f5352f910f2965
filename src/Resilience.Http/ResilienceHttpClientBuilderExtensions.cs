using Microsoft.Extensions.Configuration;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes clients resilient that something else has registered.</summary>
public static class ResilienceHttpClientBuilderExtensions
{
    /// <param name="builder">A client that something registered.</param>
    extension(IHttpClientBuilder builder)
    {
        /// <summary>
        /// Makes any client of <see cref="IHttpClientFactory"/> resilient, however it was registered. The policies stand where this is called,
        /// inside handlers that were added before; calling it again changes nothing.
        /// </summary>
        /// <returns>A builder for its policies; if none is added, the client gets the standard ones.</returns>
        /// <exception cref="ArgumentException">The builder has no name: it stands for all clients, to which <c>AddResilienceDefaults</c> gives policies.</exception>
        public IResilientHttpClientBuilder AddResilience()
        {
            if (builder.Name is not { } name)
                throw new ArgumentException("AddResilience needs a named client, which ConfigureHttpClientDefaults does not have; for all clients call AddResilienceDefaults on the services.", nameof(builder));

            var resilient = builder as IResilientHttpClientBuilder ?? new ResilientHttpClientBuilder(builder);
            if (builder.Services.Any(service => service.ImplementationInstance is ResilientClientName known && known.Value == name))
                return resilient;

            ClientRegistration.Add(builder.Services, name);
            builder.AddHandlers(name, ClientRegistration.HandlersOf);
            return resilient;
        }

        /// <summary>
        /// The same, with options that come from the configuration and follow its changes. A section per policy, named like it
        /// (<c>Retry:MaxRetries</c>); if no policy is added to the builder, the client gets the standard ones and those that have a section.
        /// Unknown keys and invalid values stop the host from starting; an invalid change is rejected as a whole and logged.
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
}
