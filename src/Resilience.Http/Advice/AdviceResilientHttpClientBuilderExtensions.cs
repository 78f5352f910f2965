using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Teaches a client what its provider says about limits besides the fields that all of them use. Retry, circuit breaker and token bucket
/// go by it; where in the chain it is added does not matter.
/// </summary>
public static class AdviceResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>Asks this reader about every response that it wants to look at, after the readers added before.</summary>
        /// <param name="reader">Shared by all calls of the client.</param>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddAdvice(IAdviceReader reader)
        {
            ArgumentNullException.ThrowIfNull(reader);
            builder.Services.Configure<ResilientClientOptions>(builder.Name, options => options.AdviceReaders.Add(reader));
            return builder;
        }

        /// <summary>GitHub's primary and secondary limits, which come as 403 too; where no wait is given it is a minute.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddGitHubAdvice() => builder.AddAdvice(new GitHubAdvice());

        /// <summary>Throttling of AWS by the error's name, since its status is mostly 400.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddAwsAdvice() => builder.AddAdvice(new AwsAdvice());

        /// <summary>The wait in Google's <c>google.rpc.RetryInfo</c>, and rate limits that come as 403.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddGoogleAdvice() => builder.AddAdvice(new GoogleAdvice());

        /// <summary>The wait to the millisecond in the body of Discord's 429.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddDiscordAdvice() => builder.AddAdvice(new DiscordAdvice());

        /// <summary>Throttling of Shopify's GraphQL, which comes as 200, with the wait until its bucket holds what the query costs.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddShopifyAdvice() => builder.AddAdvice(new ShopifyAdvice());
    }
}
