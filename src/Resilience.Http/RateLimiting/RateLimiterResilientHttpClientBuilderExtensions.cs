using System.Threading.RateLimiting;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds limiters of .NET to a client.</summary>
public static class RateLimiterResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>Uses a limiter of .NET or of your own in place of a token bucket. An attempt holds its lease until its body has been read.</summary>
        /// <param name="limiter">Asked for one permit per attempt. It may be shared with other clients and is not disposed with this one.</param>
        /// <returns>The same builder. Add it after <c>AddRetry</c> and before <c>AddAttemptTimeout</c>.</returns>
        public IResilientHttpClientBuilder AddRateLimiter(RateLimiter limiter)
        {
            ArgumentNullException.ThrowIfNull(limiter);
            return builder.AddLimiter(_ => new(limiter));
        }

        /// <inheritdoc cref="extension(IResilientHttpClientBuilder).AddRateLimiter(RateLimiter)"/>
        /// <param name="limiter">Asked for one permit per attempt, with the attempt's request, which decides the partition.</param>
        public IResilientHttpClientBuilder AddRateLimiter(PartitionedRateLimiter<HttpRequestMessage> limiter)
        {
            ArgumentNullException.ThrowIfNull(limiter);
            return builder.AddLimiter(_ => new(limiter));
        }

        /// <inheritdoc cref="extension(IResilientHttpClientBuilder).AddRateLimiter(RateLimiter)"/>
        /// <param name="limiter">Gets or makes the limiter, once per client; to have it disposed, register it as a service.</param>
        public IResilientHttpClientBuilder AddRateLimiter(Func<IServiceProvider, RateLimiter> limiter)
        {
            ArgumentNullException.ThrowIfNull(limiter);
            return builder.AddLimiter(services => new(limiter(services)));
        }

        private IResilientHttpClientBuilder AddLimiter(Func<IServiceProvider, AttemptLimiter> create)
        {
            builder.Services.AddOptions<RateLimiterOptions>(builder.Name).Configure(options => options.Create = create);
            return builder.AddPolicy(RateLimiterPolicy.Instance);
        }
    }
}
