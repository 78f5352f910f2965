using Microsoft.Extensions.Configuration;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives the clusters of a reverse proxy policies.</summary>
public static class ResilienceReverseProxyBuilderExtensions
{
    /// <param name="builder">The reverse proxy, of <c>AddReverseProxy</c>.</param>
    extension(IReverseProxyBuilder builder)
    {
        /// <summary>
        /// Gives every cluster the standard policies: total timeout, retry with failover to another destination, a circuit per destination, attempt timeout. Metadata
        /// of the cluster change them, while the proxy runs too: <c>Resilience.Retry.MaxRetries</c>; <c>Resilience</c> = <c>off</c> takes them away.
        /// Answers that come from the proxy itself have the form of RFC 9457. May be called again: what is configured adds up.
        /// </summary>
        /// <param name="configure">Changes the policies of all clusters. Comes after, and wins over, metadata; runs again when they change.</param>
        /// <returns>The same builder.</returns>
        /// <exception cref="InvalidOperationException">There is no reverse proxy.</exception>
        public IReverseProxyBuilder AddResilience(Action<StandardPoliciesOptions>? configure = null)
        {
            ProxySettings.Of(builder.Services).Configure += configure;
            return builder;
        }

        /// <summary>The same, with options that come from the configuration as well, and follow its changes.</summary>
        /// <param name="section">Holds a section for every cluster to configure, named by its id, and <c>*</c> for all of them; in it a section for every policy. Metadata win over it.</param>
        /// <param name="configure">Changes the policies of all clusters. Comes after, and wins over, section and metadata.</param>
        /// <returns>The same builder.</returns>
        /// <exception cref="InvalidOperationException">There is no reverse proxy.</exception>
        public IReverseProxyBuilder AddResilience(IConfigurationSection section, Action<StandardPoliciesOptions>? configure = null)
        {
            ArgumentNullException.ThrowIfNull(section);
            ProxySettings.Of(builder.Services).Sections.Add(section);
            return builder.AddResilience(configure);
        }
    }
}
