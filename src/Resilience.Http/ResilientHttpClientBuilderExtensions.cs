using System.Diagnostics.CodeAnalysis;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds policies and handlers to a resilient client. The policies of this library have verbs of their own, which do the same.</summary>
public static class ResilientHttpClientBuilderExtensions
{
    /// <param name="builder">The client.</param>
    extension(IResilientHttpClientBuilder builder)
    {
        /// <summary>Adds a policy to the client.</summary>
        /// <typeparam name="TOptions">The options of the policy.</typeparam>
        /// <param name="policy">The policy.</param>
        /// <param name="configure">Changes the defaults, after the client's configuration; invalid values stop the host from starting.</param>
        /// <returns>The same builder; policies added after this one run inside it.</returns>
        public IResilientHttpClientBuilder AddPolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
            Policy<TOptions> policy, Action<TOptions>? configure = null)
            where TOptions : class
        {
            ArgumentNullException.ThrowIfNull(policy);
            policy.AddTo(builder.Services, builder.Name);
            if (configure is not null)
                builder.Services.Configure(builder.Name, configure);
            return builder.AddPolicies((_, _) => [policy]);
        }

        /// <summary>Adds a handler that stands inside the policies added before, and outside those added after.</summary>
        /// <param name="create">Makes the handler, a new one each time.</param>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder AddHttpMessageHandler(Func<DelegatingHandler> create)
            => builder.Configure(client => client.AddHttpMessageHandler(create));

        /// <inheritdoc cref="extension(IResilientHttpClientBuilder).AddHttpMessageHandler(Func{DelegatingHandler})"/>
        public IResilientHttpClientBuilder AddHttpMessageHandler(Func<IServiceProvider, DelegatingHandler> create)
            => builder.Configure(client => client.AddHttpMessageHandler(create));

        /// <inheritdoc cref="extension(IResilientHttpClientBuilder).AddHttpMessageHandler(Func{DelegatingHandler})"/>
        /// <typeparam name="THandler">The handler, registered as a transient service.</typeparam>
        public IResilientHttpClientBuilder AddHttpMessageHandler<THandler>()
            where THandler : DelegatingHandler
            => builder.Configure(client => client.AddHttpMessageHandler<THandler>());

        /// <summary>
        /// Runs any verb of <see cref="IHttpClientBuilder"/> without leaving this builder, for example
        /// <c>.Configure(client => client.AddServiceDiscovery())</c>.
        /// </summary>
        /// <param name="configure">Called at once.</param>
        /// <returns>The same builder.</returns>
        public IResilientHttpClientBuilder Configure(Action<IHttpClientBuilder> configure)
        {
            ArgumentNullException.ThrowIfNull(configure);
            configure(builder);
            return builder;
        }
    }
}
