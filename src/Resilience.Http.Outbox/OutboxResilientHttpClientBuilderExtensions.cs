using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an outbox to a client.</summary>
public static class OutboxResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Keeps calls that cannot be made now on disk, with their idempotency keys, and makes them later through this same client, once in effect, even if the process is killed. Calls
        /// without a key pass through untouched.
        /// </summary>
        /// <param name="configure">Chooses at least <see cref="OutboxOptions.StorePlaintext"/> or encryption.</param>
        /// <returns>The same builder. Add it after <c>AddIdempotencyKey</c> and before <c>AddRetry</c>.</returns>
        public IResilientHttpClientBuilder AddOutbox(Action<OutboxOptions>? configure = null) => builder.AddPolicy(OutboxPolicy.Instance, configure);
    }
}
