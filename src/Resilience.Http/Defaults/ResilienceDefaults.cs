using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>The policies of every client that names none. What has been registered for them adds up.</summary>
internal sealed class ResilienceDefaults
{
    /// <summary>Their options have a name of their own, so that clients that replace the defaults have nothing of them.</summary>
    public const string OptionsName = "Resilience.Http.Defaults";

    private Action<StandardPoliciesOptions>? _configure;

    /// <summary>The defaults that are registered, or new ones.</summary>
    public static ResilienceDefaults Of(IServiceCollection services)
    {
        if (services.Select(service => service.ImplementationInstance).OfType<ResilienceDefaults>().FirstOrDefault() is { } known)
            return known;

        var defaults = new ResilienceDefaults();
        services.AddSingleton(defaults);
        ClientRegistration.AddChain(services, OptionsName);
        new ResilientHttpClientBuilder(services.AddHttpClient(OptionsName)).AddStandardPolicies(standard => defaults._configure?.Invoke(standard));
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>, DefaultClients>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DefaultsStart>, DefaultsStart.Validator>());
        services.AddOptionsWithValidateOnStart<DefaultsStart>();
        return defaults;
    }

    public void Add(Action<StandardPoliciesOptions>? configure) => _configure += configure;

    public static void Add(IServiceCollection services, IConfigurationSection section)
        => services.Configure<ResilientClientOptions>(OptionsName, chain => chain.Sections.Add(section));
}
