using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds circuit breakers to a client.</summary>
public static class CircuitBreakerResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Stops sending to an authority that keeps failing, and probes after a while whether it has recovered. Meanwhile requests end at
        /// once in a <see cref="CircuitOpenException"/>.
        /// </summary>
        /// <param name="configure">Changes the defaults; invalid values stop the host from starting.</param>
        /// <returns>The same builder; policies added after this one run inside the circuit, and what they reject is not counted.</returns>
        public IResilientHttpClientBuilder AddCircuitBreaker(Action<CircuitBreakerOptions>? configure = null)
            => builder.AddPolicy(CircuitBreakerPolicy.Instance, configure);
    }
}
