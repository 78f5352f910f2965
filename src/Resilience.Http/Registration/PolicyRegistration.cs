using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>What every <c>Add…</c> verb of a policy does.</summary>
internal static class PolicyRegistration
{
    extension(IResilientHttpClientBuilder builder)
    {
        public IResilientHttpClientBuilder AddPolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
            Policy<TOptions> policy, Action<TOptions>? configure)
            where TOptions : class
        {
            var name = builder.Name;
            builder.Services.Configure<ResilientClientOptions>(name, options => options.Policies.Add(policy));
            policy.Register(builder.Services, name);
            if (configure is not null)
                builder.Services.Configure(name, configure);
            builder.ConfigureAdditionalHttpMessageHandlers((handlers, services) =>
            {
                if (policy.CreateHandler(services.GetRequiredService<ResilienceRegistry>()[name]) is { } handler)
                    handlers.Add(handler);
            });
            return builder;
        }
    }
}
