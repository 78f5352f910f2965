using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>What belongs to a resilient client besides its policies.</summary>
internal static class ClientRegistration
{
    public static void Add(IServiceCollection services, string client)
    {
        services.AddSingleton(new ResilientClientName(client));
        services.TryAddSingleton(static services => new ResilienceRegistry(services, services.GetServices<ResilientClientName>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilientClientOptions>, ResilientClientValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClientStart>, ClientStart.Validator>());
        foreach (var policy in StandardPolicies.Known)
            policy.AddTo(services);

        services.AddOptions<ResilientClientOptions>(client).PostConfigure<IServiceProvider>((chain, services) => Assemble(client, chain, services));
        services.AddOptionsWithValidateOnStart<ClientStart>(client);
        // Before and after everything else that sets up the client, so that it is known what was set.
        services.AddOptions<HttpClientFactoryOptions>(client).PostConfigure<IServiceProvider>((options, services) =>
        {
            options.HttpClientActions.Insert(0, HttpClientSettings.Mark);
            options.HttpClientActions.Add(http => Attach(http, client, services));
            options.HttpMessageHandlerBuilderActions.Add(chain => ServiceDiscovery.Place(chain.AdditionalHandlers, services.GetRequiredService<ResilienceRegistry>().Of(client)));
        });
    }

    // The total timeout is the entrance of every call, so the others have their places inside it.
    private static void Assemble(string client, ResilientClientOptions chain, IServiceProvider services)
    {
        foreach (var entry in chain.Entries)
        {
            chain.PoliciesOf[entry] = entry.PoliciesFor(client, chain);
            chain.Policies.AddRange(chain.PoliciesOf[entry]);
        }

        // Wherever it was added.
        if (chain.Policies.Remove(TotalTimeoutPolicy.Instance))
            chain.Policies.Insert(0, TotalTimeoutPolicy.Instance);
        if (chain.Entries.Count > 0)
            return;

        chain.IsStandard = true;
        Policy[] named = [.. services.GetServices<KnownPolicy>().Select(known => known.Policy).Where(policy => ClientSections.Name(chain.Sections, policy))];
        Policy[] standard = [.. StandardPolicies.Known.Where(policy => StandardPolicies.Default.Contains(policy) || named.Contains(policy))];
        chain.Policies.AddRange(ChainOrder.Place(standard, [.. named.Except(StandardPolicies.Known)]));
    }

    /// <summary>The handlers that a client has wherever it was made resilient: the entrance of every call, and the standard ones if none was named.</summary>
    public static IEnumerable<DelegatingHandler> HandlersOf(ResilientClient client)
    {
        yield return StandardPolicies.CreateEntrance(client);
        if (!client.Chain.IsStandard)
            yield break;

        foreach (var handler in client.Chain.Policies.Select(policy => policy.CreateHandler(client)).OfType<DelegatingHandler>())
            yield return handler;
    }

    private static void Attach(HttpClient http, string name, IServiceProvider services)
    {
        if (http is SampleHttpClient)
            return;

        var client = services.GetRequiredService<ResilienceRegistry>().Of(name);
        client.Context.HttpClient.Take(http, hasTotalTimeout: StandardPolicies.BoundsCalls(client.Chain.Policies));
    }
}
