using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the standard policies to a client.</summary>
public static class StandardPoliciesExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Adds what a client gets that names no policy: total timeout (30 s, unless <see cref="HttpClient.Timeout"/> is set), retry (3 times),
        /// circuit breaker, attempt timeout (10 s).
        /// </summary>
        /// <param name="configure">Changes the defaults; run once for each of the policies, so it should do nothing else.</param>
        /// <returns>The same builder; policies added before run outside these, policies added after run inside every attempt.</returns>
        public IResilientHttpClientBuilder AddStandardPolicies(Action<StandardPoliciesOptions>? configure = null)
        {
            configure ??= static _ => { };
            return builder
                .AddPolicy(TotalTimeoutOptions.Policy, options => configure(new() { TotalTimeout = options }))
                .AddPolicy(RetryOptions.Policy, options => configure(new() { Retry = options }))
                .AddPolicy(CircuitBreakerOptions.Policy, options => configure(new() { CircuitBreaker = options }))
                .AddPolicy(AttemptTimeoutOptions.Policy, options => configure(new() { AttemptTimeout = options }));
        }
    }
}
