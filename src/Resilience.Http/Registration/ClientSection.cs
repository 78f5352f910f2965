using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>Says in the service collection that a client is configured by a section.</summary>
internal sealed record ClientSection(string Client, IConfigurationSection Section)
{
    public static IEnumerable<ClientSection> Of(IServiceCollection services) => services.Select(service => service.ImplementationInstance).OfType<ClientSection>();

    public bool Names(Policy policy) => ClientSections.Name([Section], policy);
}
