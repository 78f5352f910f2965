using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>Says in the service collection that configuration may name this policy.</summary>
internal sealed record KnownPolicy(Policy Policy)
{
    public static IEnumerable<Policy> In(IServiceCollection services)
        => services.Select(service => service.ImplementationInstance).OfType<KnownPolicy>().Select(known => known.Policy);

    public static void Add(IServiceCollection services, Policy policy)
    {
        if (!In(services).Contains(policy))
            services.AddSingleton(new KnownPolicy(policy));
    }
}
