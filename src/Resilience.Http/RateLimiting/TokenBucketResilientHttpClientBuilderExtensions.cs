using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a token bucket to a client.</summary>
public static class TokenBucketResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Paces attempts, retries included, and obeys servers that ask for a pause. A request that would wait too long fails at once with a
        /// <see cref="RateLimitedException"/>.
        /// </summary>
        /// <param name="configure">Sets at least the rate; invalid values stop the host from starting.</param>
        /// <returns>The same builder. Add it after <c>AddRetry</c> and before <c>AddAttemptTimeout</c>.</returns>
        public IResilientHttpClientBuilder AddTokenBucket(Action<TokenBucketOptions>? configure = null)
            => builder.AddPolicy(TokenBucketPolicy.Instance, configure);
    }
}
