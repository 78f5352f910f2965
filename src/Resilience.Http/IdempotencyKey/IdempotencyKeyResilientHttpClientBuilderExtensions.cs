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

        /// <summary>Sends one idempotency key per call, in the way that a provider wants it.</summary>
        /// <param name="profile">The provider's, such as <see cref="IdempotencyProfile.Stripe"/>.</param>
        /// <param name="configure">Changes what the profile says.</param>
        /// <returns>The same builder. Add it before <c>AddRetry</c>.</returns>
        public IResilientHttpClientBuilder AddIdempotencyKey(IdempotencyProfile profile, Action<IdempotencyKeyOptions>? configure = null)
        {
            ArgumentNullException.ThrowIfNull(profile);
            return builder.AddIdempotencyKey(options =>
            {
                options.Profile = profile;
                configure?.Invoke(options);
            });
        }
    }
}
