using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds retries to a client.</summary>
public static class RetryResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>Sends a failed request again when that is safe, waiting longer before each attempt.</summary>
        /// <param name="configure">Changes the defaults; invalid values stop the host from starting.</param>
        /// <returns>The same builder; policies added after this one run inside every attempt.</returns>
        public IResilientHttpClientBuilder AddRetry(Action<RetryOptions>? configure = null)
            => builder.AddPolicy(RetryPolicy.Instance, configure);
    }
}
