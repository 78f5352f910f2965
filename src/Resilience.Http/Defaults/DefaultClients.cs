using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// Gives the defaults to every client of the factory but those that are resilient by themselves or do without. It sees all names, also those that nobody
/// registered, after everything that sets up a client, so the order of registration does not matter.
/// </summary>
internal sealed class DefaultClients(IServiceProvider services, IEnumerable<ResilientClientName> resilient, IEnumerable<WithoutDefaults> without)
    : IPostConfigureOptions<HttpClientFactoryOptions>
{
    private readonly HashSet<string> _others = [.. resilient.Select(client => client.Value), .. without.Select(client => client.Name)];

    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (name is null || _others.Contains(name))
            return;

        var client = new DefaultClient(name, services);
        options.HttpClientActions.Insert(0, HttpClientSettings.Mark);
        options.HttpClientActions.Add(client.Attach);
        options.HttpMessageHandlerBuilderActions.Add(client.Complete);
    }
}
