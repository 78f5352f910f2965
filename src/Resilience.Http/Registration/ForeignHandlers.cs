using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>Handlers of other libraries that retry too. They are known by the names of their types, so that nothing is referenced.</summary>
internal static class ForeignHandlers
{
    /// <summary>What is wrong with two of them, as it reads after <c>because</c>.</summary>
    public const string Because = "two layers of retries multiply: 4 × 4 sends";

    /// <summary>By which verb each comes into a chain.</summary>
    private static readonly Dictionary<string, string> Verbs = new(StringComparer.Ordinal)
    {
        ["Microsoft.Extensions.Http.Resilience.ResilienceHandler"] = "AddStandardResilienceHandler, AddStandardHedgingHandler or AddResilienceHandler",
        ["Microsoft.Extensions.Http.PolicyHttpMessageHandler"] = "AddPolicyHandler, AddPolicyHandlerFromRegistry or AddTransientHttpErrorPolicy",
    };

    /// <summary>The first of a chain that is complete: the name of its type, and the verbs that add it; null if there is none.</summary>
    public static (string Type, string Verbs)? FindIn(HttpMessageHandlerBuilder chain)
        => chain.AdditionalHandlers.Concat(InnerOf(chain.PrimaryHandler)).SelectMany(TypesOf)
            .Select(static type => Verbs.TryGetValue(type, out var verbs) ? (type, verbs) : ((string, string)?)null)
            .FirstOrDefault(static found => found is not null);

    /// <exception cref="OptionsValidationException">The chain of a resilient client has one of them.</exception>
    public static void Reject(HttpMessageHandlerBuilder chain, string client)
    {
        if (FindIn(chain) is { } foreign)
            throw new OptionsValidationException(client, typeof(ResilientClientOptions), [$"Client '{client}': its chain has a {foreign.Type} beside the policies of this library, and {Because}. Remove {foreign.Verbs}, which may stand in ConfigureHttpClientDefaults, or make the client resilient with only one of the two."]);
    }

    private static IEnumerable<DelegatingHandler> InnerOf(HttpMessageHandler primary)
    {
        for (var next = primary; next is DelegatingHandler handler; next = handler.InnerHandler)
            yield return handler;
    }

    // The classes of both libraries can be derived from.
    private static IEnumerable<string> TypesOf(DelegatingHandler handler)
    {
        for (var type = handler.GetType(); type != typeof(DelegatingHandler); type = type.BaseType!)
            yield return type.FullName ?? string.Empty;
    }
}
