using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the standard policies to a client.</summary>
public static class StandardPoliciesResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Adds what a client gets that names no policy: total timeout (30 s), retry (3 times), circuit breaker, attempt timeout (10 s). The
        /// optional policies that <paramref name="configure"/> or the client's configuration names stand in their right places among them. For calls that
        /// take longer by nature hand over <see cref="StandardPolicies.LongRunning"/>.
        /// </summary>
        /// <param name="configure">
        /// Changes the defaults, after the client's configuration. Runs once when the client is first used, and once for every change of the
        /// configuration.
        /// </param>
        /// <returns>The same builder; policies added before run outside these, policies added after run inside every attempt.</returns>
        public IResilientHttpClientBuilder AddStandardPolicies(Action<StandardPoliciesOptions>? configure = null)
        {
            foreach (var part in StandardPoliciesOptions.Parts)
                part.Policy.AddTo(builder.Services, builder.Name);
            return builder.AddPolicies((client, chain) => StandardPoliciesOptions.AddTo(client, chain, configure));
        }
    }
}
