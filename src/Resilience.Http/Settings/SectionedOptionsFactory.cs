using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// Makes the options of a policy: the defaults, or what the standard set has for it, then the client's sections, then whatever code configures.
/// So code wins over configuration, in whatever order both are registered.
/// </summary>
internal sealed class SectionedOptionsFactory<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(IServiceProvider services, Policy<TOptions> policy)
    : OptionsFactory<TOptions>(
        services.GetServices<IConfigureOptions<TOptions>>(),
        services.GetServices<IPostConfigureOptions<TOptions>>(),
        services.GetServices<IValidateOptions<TOptions>>())
    where TOptions : class
{
    protected override TOptions CreateInstance(string name)
    {
        var chain = services.GetRequiredService<IOptionsMonitor<ResilientClientOptions>>().Get(name);
        if (chain.Parts?.Take(policy) is { } part)
            return part;

        var options = base.CreateInstance(name);
        policy.BindTo(options, chain.Sections, name);
        return options;
    }
}
