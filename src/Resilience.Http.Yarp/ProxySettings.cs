using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration.ClusterValidators;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http;

/// <summary>What has been registered for all clusters. It adds up.</summary>
internal sealed class ProxySettings
{
    public Action<StandardPoliciesOptions>? Configure { get; set; }

    public List<IConfigurationSection> Sections { get; } = [];

    /// <summary>The settings that are registered, or new ones with all that they need.</summary>
    public static ProxySettings Of(IServiceCollection services)
    {
        if (services.Select(service => service.ImplementationInstance).OfType<ProxySettings>().FirstOrDefault() is { } known)
            return known;

        var settings = new ProxySettings();
        WrapForwarder(services);
        services.AddSingleton(settings);
        services.AddResilienceRegistry();
        services.AddResiliencePolicy(FailoverPolicy.Instance);
        services.AddSingleton<ClusterPoliciesFactory>();
        services.AddSingleton<ProxyClusters>();
        services.AddSingleton<IClusterValidator, ClusterPoliciesValidator>();
        services.AddSingleton<IClusterChangeListener>(static services => services.GetRequiredService<ProxyClusters>());
        services.AddSingleton<IPassiveHealthCheckPolicy, CircuitHealthPolicy>();
        services.AddSingleton<ProxyProblems>();
        services.AddSingleton<IStartupFilter, ProxyPipeline>();
        return settings;
    }

    // Not the factory of the clients: whichever of those the application registers, before or after, goes on working.
    private static void WrapForwarder(IServiceCollection services)
    {
        var forwarder = services.LastOrDefault(static service => service.ServiceType == typeof(IHttpForwarder) && !service.IsKeyedService)
            ?? throw new InvalidOperationException("AddResilience needs a reverse proxy; call AddReverseProxy before.");

        services.Remove(forwarder);
        services.AddSingleton<IHttpForwarder>(provider => new ResilientForwarder(Make(forwarder, provider), provider.GetRequiredService<ProxyClusters>()));
    }

    private static IHttpForwarder Make(ServiceDescriptor forwarder, IServiceProvider provider) => (IHttpForwarder)(
        forwarder.ImplementationInstance
        ?? forwarder.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, forwarder.ImplementationType!));
}
