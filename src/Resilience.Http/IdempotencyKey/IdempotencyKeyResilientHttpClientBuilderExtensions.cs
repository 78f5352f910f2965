using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds idempotency keys to a client.</summary>
public static class IdempotencyKeyResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Sends one idempotency key per call, the same on every attempt. This declares that the server honours such keys: the call may be retried,
        /// whatever its method.
        /// </summary>
        /// <param name="configure">Changes the defaults; invalid values stop the host from starting.</param>
        /// <returns>The same builder. Add it before <c>AddRetry</c>.</returns>
        public IResilientHttpClientBuilder AddIdempotencyKey(Action<IdempotencyKeyOptions>? configure = null)
            => builder.AddPolicy(IdempotencyKeyPolicy.Instance, configure);
    }
}
