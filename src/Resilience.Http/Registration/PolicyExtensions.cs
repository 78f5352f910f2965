using System.Diagnostics.CodeAnalysis;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds policies to clients: those of this library have verbs of their own, which do the same.</summary>
public static class PolicyExtensions
{
    /// <param name="services">Where clients are registered.</param>
    extension(IServiceCollection services)
    {
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

    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>Adds a policy to the client.</summary>
        /// <typeparam name="TOptions">The options of the policy.</typeparam>
        /// <param name="policy">The policy.</param>
        /// <param name="configure">Changes the defaults, after the client's configuration; invalid values stop the host from starting.</param>
        /// <returns>The same builder; policies added after this one run inside it.</returns>
        public IResilientHttpClientBuilder AddPolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
            Policy<TOptions> policy, Action<TOptions>? configure = null)
            where TOptions : class
        {
            ArgumentNullException.ThrowIfNull(policy);
            policy.AddTo(builder.Services, builder.Name);
            if (configure is not null)
                builder.Services.Configure(builder.Name, configure);
            return builder.AddPolicies((_, _) => [policy]);
        }

        /// <summary>Adds policies that are known when the client's options are made.</summary>
        /// <param name="policies">Gives the policies of the client of this name, outermost first.</param>
        internal IResilientHttpClientBuilder AddPolicies(Func<string, ResilientClientOptions, IReadOnlyList<Policy>> policies)
        {
            var (name, entry) = (builder.Name, new ChainEntry(policies));
            builder.Services.Configure<ResilientClientOptions>(name, chain => chain.Entries.Add(entry));
            builder.ConfigureAdditionalHttpMessageHandlers((handlers, services) =>
            {
                var client = services.GetRequiredService<ResilienceRegistry>().Of(name);
                foreach (var policy in client.Chain.PoliciesOf[entry])
                {
                    if (policy.CreateHandler(client) is { } handler)
                        handlers.Add(handler);
                }
            });
            return builder;
        }
    }
}
