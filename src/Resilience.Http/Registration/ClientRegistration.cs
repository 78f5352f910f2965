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
        AddChain(services, client);
        services.AddOptionsWithValidateOnStart<ClientStart>(client);
        // Before and after everything else that sets up the client, so that it is known what was set.
        services.AddOptions<HttpClientFactoryOptions>(client).PostConfigure<IServiceProvider>((options, services) =>
        {
            options.HttpClientActions.Insert(0, HttpClientSettings.Mark);
            options.HttpClientActions.Add(http => Attach(http, () => services.GetRequiredService<ResilienceRegistry>().Of(client)));
            options.HttpMessageHandlerBuilderActions.Add(chain => ForeignHandlers.Reject(chain, client));
            options.HttpMessageHandlerBuilderActions.Add(chain => ServiceDiscovery.Place(chain.AdditionalHandlers, services.GetRequiredService<ResilienceRegistry>().Of(client)));
        });
    }

    /// <summary>Registers a chain of policies, whose options are of this name, and what all chains need.</summary>
    public static void AddChain(IServiceCollection services, string name)
    {
        AddRegistry(services);
        services.AddOptions<ResilientClientOptions>(name).PostConfigure<IServiceProvider>((chain, services) => Assemble(name, chain, services));
    }

    /// <summary>Registers what all chains need, whether or not there is one.</summary>
    public static void AddRegistry(IServiceCollection services)
    {
        services.AddOptions();
        services.TryAddSingleton(static services => new ResilienceRegistry(services, services.GetServices<ResilientClientName>()));
        services.TryAddSingleton<AddedClients>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<ResilientClientOptions>, AddedClients>(static services => services.GetRequiredService<AddedClients>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilientClientOptions>, ResilientClientValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClientStart>, ClientStart.Validator>());
        foreach (var policy in StandardPolicies.Known)
            policy.AddTo(services);
    }

    /// <summary>Puts the chain together from what was added. The total timeout is the entrance of every call, so the others have their places inside it.</summary>
    public static void Assemble(string client, ResilientClientOptions chain, IServiceProvider services)
    {
        foreach (var entry in chain.Entries)
        {
            chain.PoliciesOf[entry] = entry.PoliciesFor(client, chain);
            chain.Policies.AddRange(chain.PoliciesOf[entry]);
        }

        StandardPolicies.PutEntranceFirst(chain.Policies);
        if (chain.Entries.Count > 0)
            return;

        chain.IsStandard = true;
        Policy[] named = [.. services.GetServices<KnownPolicy>().Select(known => known.Policy).Where(policy => ClientSections.Name(chain.Sections, policy))];
        Policy[] standard = [.. StandardPolicies.Known.Where(policy => StandardPolicies.Default.Contains(policy) || named.Contains(policy))];
        chain.Policies.AddRange(ChainOrder.Place(standard, [.. named.Except(StandardPolicies.Known)]));
    }

    /// <summary>The handlers that a client has wherever it was made resilient: the entrance of every call, and the standard ones if none was named.</summary>
    public static IEnumerable<DelegatingHandler> HandlersOf(ResilientClient client) => HandlersOf(client, client.Chain.IsStandard ? client.Chain.Policies : []);

    /// <summary>The handlers of a client whose policies all stand together, outermost first.</summary>
    public static IEnumerable<DelegatingHandler> AllHandlersOf(ResilientClient client) => HandlersOf(client, client.Chain.Policies);

    /// <summary>To be called after everything else has set up an <see cref="HttpClient"/>. A sample may be looked at while its client is made.</summary>
    /// <param name="http">The client.</param>
    /// <param name="find">Finds what it belongs to; null if it has no policies after all.</param>
    public static void Attach(HttpClient http, Func<ResilientClient?> find)
    {
        if (http is SampleHttpClient sample)
        {
            sample.Settings.Take(sample, hasTotalTimeout: true);
            return;
        }

        if (find() is not { } client)
        {
            HttpClientSettings.Unmark(http);
            return;
        }

        client.Context.HttpClient.Take(http, hasTotalTimeout: StandardPolicies.BoundsCalls(client.Chain.Policies));
        client.Doubts.Report(client.Context.HttpClient);
    }

    private static IEnumerable<DelegatingHandler> HandlersOf(ResilientClient client, IEnumerable<Policy> policies)
    {
        yield return StandardPolicies.CreateEntrance(client);
        foreach (var handler in policies.Select(policy => policy.CreateHandler(client)).OfType<DelegatingHandler>())
            yield return handler;
    }
}
