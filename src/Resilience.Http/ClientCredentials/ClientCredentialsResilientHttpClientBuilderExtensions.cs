using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds access tokens to a client.</summary>
public static class ClientCredentialsResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Sends an access token with every attempt, got by the client credentials grant (RFC 6749 §4.4), and renews it in time. Tokens come
        /// through a client of their own with the standard policies, named <c>Resilience.Http.Token:</c> and this client's name, which
        /// can be configured like any other.
        /// </summary>
        /// <param name="configure">Says where tokens come from and by which secret; what is missing stops the host from starting.</param>
        /// <returns>The same builder; must come after <c>AddRetry</c>, so that every attempt has a token that is valid then, and is best last.</returns>
        public IResilientHttpClientBuilder AddClientCredentials(Action<ClientCredentialsOptions> configure)
        {
            ArgumentNullException.ThrowIfNull(configure);
            return builder.AddPolicy(ClientCredentialsPolicy.Instance, configure);
        }
    }
}
