using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Teaches a client how its provider reports limits, beyond the standard header fields. Retry, circuit breaker and token bucket obey it.
/// Its place in the chain does not matter.
/// </summary>
public static class AdviceResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>Adds a reader of advice. Readers are called in the order in which they were added.</summary>
        /// <param name="reader">Shared by all calls of the client.</param>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddAdvice(IAdviceReader reader)
        {
            ArgumentNullException.ThrowIfNull(reader);
            builder.Services.Configure<ResilientClientOptions>(builder.Name, options => options.AdviceReaders.Add(reader));
            return builder;
        }

        /// <summary>GitHub's primary and secondary limits, which may come as 403. If the response gives no wait, it is one minute.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddGitHubAdvice() => builder.AddAdvice(new GitHubAdvice());

        /// <summary>Throttling by AWS, recognised by the name of the error, because its status is mostly 400.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddAwsAdvice() => builder.AddAdvice(new AwsAdvice());

        /// <summary>The wait in Google's <c>google.rpc.RetryInfo</c>, and rate limits that come as 403.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddGoogleAdvice() => builder.AddAdvice(new GoogleAdvice());

        /// <summary>The wait to the millisecond in the body of Discord's 429.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddDiscordAdvice() => builder.AddAdvice(new DiscordAdvice());

        /// <summary>Throttling by Shopify's GraphQL API, which comes as 200. The wait lasts until its bucket holds the cost of the query.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddShopifyAdvice() => builder.AddAdvice(new ShopifyAdvice());
    }
}
