using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds access tokens to a client.</summary>
public static class ClientCredentialsResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>
        /// Sends an access token of the client credentials grant (RFC 6749 §4.4) with every attempt, and renews it in time. Another client, with the
        /// standard policies, requests the tokens. It is named <c>Resilience.Http.Token:</c> and this client's name, and can be configured like
        /// any other.
        /// </summary>
        /// <param name="configure">Sets where tokens come from, and the secret; a missing value stops the host from starting.</param>
        /// <returns>The same builder. Add it after <c>AddRetry</c>, so that every attempt has a valid token; best as the last policy.</returns>
        public IResilientHttpClientBuilder AddClientCredentials(Action<ClientCredentialsOptions> configure)
        {
            ArgumentNullException.ThrowIfNull(configure);
            return builder.AddPolicy(ClientCredentialsPolicy.Instance, configure);
        }
    }
}
