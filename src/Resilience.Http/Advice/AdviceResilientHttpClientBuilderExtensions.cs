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

        /// <summary>GitHub's primary and secondary limits, which may come as 403, or as 200 from its GraphQL API. If the response gives no wait, it is one minute.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddGitHubAdvice() => builder.AddAdvice(new GitHubAdvice());

        /// <summary>Throttling by AWS, and failures that pass, recognised by the name of the error, because its status is mostly 400.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddAwsAdvice() => builder.AddAdvice(new AwsAdvice());

        /// <summary>The wait in Google's <c>google.rpc.RetryInfo</c>, rate limits that come as 403, and 429s that only the next day will end.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddGoogleAdvice() => builder.AddAdvice(new GoogleAdvice());

        /// <summary>The wait to the millisecond in the body of Discord's 429.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddDiscordAdvice() => builder.AddAdvice(new DiscordAdvice());

        /// <summary>OpenAI's 429 for an account without credit, which is no throttle: it is not sent again, and nothing is paused.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddOpenAIAdvice() => builder.AddAdvice(new CreditAdvice());

        /// <summary>Anthropic's 429 for a spend limit, which is no throttle: it is not sent again, and nothing is paused.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddAnthropicAdvice() => builder.AddAdvice(new CreditAdvice());

        /// <summary>The 429 of X for the cap of the month, which is no throttle: it is not sent again, and nothing is paused.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddXAdvice() => builder.AddAdvice(new CreditAdvice());

        /// <summary>Slack's errors that pass, which come as 200: its limits, and failures of its own.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddSlackAdvice() => builder.AddAdvice(new SlackAdvice());

        /// <summary>Azure's failures that pass though their status is 4xx: 449 of Cosmos DB, and codes such as <c>RetryableError</c>.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddAzureAdvice() => builder.AddAdvice(new AzureAdvice());

        /// <summary>
        /// gRPC's UNAVAILABLE and RESOURCE_EXHAUSTED, where no message came before them, and the wait in <c>grpc-retry-pushback-ms</c>. Every call is a POST: what is
        /// repeatable has to be declared, by <see cref="Resilience.Http.RetryOptions.IsRepeatable"/> for example.
        /// </summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddGrpcAdvice() => builder.AddAdvice(new GrpcAdvice());

        /// <summary>Throttling by Shopify's GraphQL API, and its failures, which come as 200. The wait lasts until its bucket holds the cost of the query.</summary>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddShopifyAdvice() => builder.AddAdvice(new ShopifyAdvice());
    }
}
