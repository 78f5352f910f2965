using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a quota to a client.</summary>
public static class QuotaResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Paces the attempts of all instances together, retries included, and has all of them obey a server that asks one of them for a pause. A request that
        /// would wait too long fails at once with a <see cref="RateLimitedException"/>. Without a store for many processes the quota is that of this process.
        /// </summary>
        /// <param name="configure">Sets at least the rate; invalid values stop the host from starting.</param>
        /// <returns>The same builder. Add it after <c>AddRetry</c> and <c>AddCircuitBreaker</c>, and before <c>AddAttemptTimeout</c>.</returns>
        public IResilientHttpClientBuilder AddQuota(Action<QuotaOptions>? configure = null) => builder.AddPolicy(QuotaPolicy.Instance, configure);
    }
}
