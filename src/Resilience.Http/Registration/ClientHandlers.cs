using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>How the handlers of policies come into a client's chain.</summary>
internal static class ClientHandlers
{
    /// <summary>Adds policies that are known when the client's options are made.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="policies">Gives the policies of the client of this name, outermost first.</param>
    public static IResilientHttpClientBuilder AddPolicies(this IResilientHttpClientBuilder builder, Func<string, ResilientClientOptions, IReadOnlyList<Policy>> policies)
    {
        var entry = new ChainEntry(policies);
        builder.Services.Configure<ResilientClientOptions>(builder.Name, chain => chain.Entries.Add(entry));
        builder.AddHandlers(builder.Name, client => client.Chain.PoliciesOf[entry].Select(policy => policy.CreateHandler(client)).OfType<DelegatingHandler>());
        return builder;
    }

    public static void AddHandlers(this IHttpClientBuilder builder, string name, Func<ResilientClient, IEnumerable<DelegatingHandler>> create)
        => builder.ConfigureAdditionalHttpMessageHandlers((handlers, services) =>
        {
            foreach (var handler in create(services.GetRequiredService<ResilienceRegistry>().Of(name)))
                handlers.Add(handler);
        });

    /// <summary>Puts handlers into a chain to which everything else has been added.</summary>
    public static void Insert(this IList<DelegatingHandler> chain, int place, ResilientClient client, Func<ResilientClient, IEnumerable<DelegatingHandler>> create)
    {
        foreach (var handler in create(client))
            chain.Insert(place++, handler);
    }
}
