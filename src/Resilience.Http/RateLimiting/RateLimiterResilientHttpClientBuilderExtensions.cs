using System.Threading.RateLimiting;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds limiters of .NET to a client.</summary>
public static class RateLimiterResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>Puts a limiter of .NET or of one's own in the place of a token bucket; attempts hold its lease until their body has been read.</summary>
        /// <param name="limiter">Asked for one permit per attempt. It may be shared with other clients; whoever made it disposes it.</param>
        /// <returns>The same builder; belongs after <c>AddRetry</c> and before <c>AddAttemptTimeout</c>.</returns>
        public IResilientHttpClientBuilder AddRateLimiter(RateLimiter limiter)
        {
            ArgumentNullException.ThrowIfNull(limiter);
            return builder.AddLimiter(_ => new(limiter));
        }

        /// <inheritdoc cref="extension(IResilientHttpClientBuilder).AddRateLimiter(RateLimiter)"/>
        /// <param name="limiter">Asked for one permit per attempt, for the attempt's request, so that it can tell partitions apart.</param>
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
