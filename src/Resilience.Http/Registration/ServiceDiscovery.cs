using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>
/// The handler of Microsoft.Extensions.ServiceDiscovery, which gives a request the address of an endpoint. Its place is directly inside retry: there
/// each attempt may go to another endpoint, and everything further in judges the one that it goes to.
/// </summary>
internal static class ServiceDiscovery
{
    private const string Handler = "Microsoft.Extensions.ServiceDiscovery.Http.ResolvingHttpDelegatingHandler";

    /// <summary>The handler, where the printed chain shows it.</summary>
    private const string Shown = "ServiceDiscovery (ResolvingHttpDelegatingHandler)";

    /// <summary>Moves the handler to its place, wherever it was added. Without retry it stays there.</summary>
    public static void Place(IList<DelegatingHandler> chain, ResilientClient client)
    {
        DelegatingHandler[] resolvers = [.. chain.Where(static handler => handler.GetType().FullName is Handler)];
        var retry = chain.FirstOrDefault(static handler => handler is PolicyHandler { WantsAddressesInside: true });
        client.HasDiscovery = resolvers.Length > 0 && retry is not null;
        if (retry is null || resolvers.Length == 0)
            return;

        foreach (var resolver in resolvers)
            chain.Remove(resolver);
        chain.Insert(chain.IndexOf(retry) + 1, client, owner => [.. resolvers, new DiscoveredAddressHandler(owner.Context)]);
    }

    /// <summary>The policies of a client, and service discovery in its place. A chain is built to find out, if none was before.</summary>
    public static IEnumerable<string> Print(ResilientClient client)
    {
        if (client.HasDiscovery is null)
            client.Services.GetService<IHttpMessageHandlerFactory>()?.CreateHandler(client.Name);
        foreach (var policy in client.Chain.Policies)
        {
            yield return policy.InfoOf(client).ToString();
            if (client.HasDiscovery is true && policy.IsCalled("Retry"))
                yield return Shown;
        }
    }
}
