using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing;

/// <summary>The handlers of a client as they are, outermost first, those of others and the primary one included: for approval tests.</summary>
public sealed class HandlerChain
{
    private readonly string _client;

    internal HandlerChain(IServiceProvider services, string client)
    {
        var policies = services.GetService<ResilienceRegistry>() is { } registry && registry.TryGet(client, out var resilient) ? resilient.Policies : [];
        _client = client;
        Handlers = [.. Walk(services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(client)).Select(handler => NameOf(handler, policies))];
    }

    /// <summary>A name for each: of a policy, what it is called and its settings; of any other handler, its type.</summary>
    public IReadOnlyList<string> Handlers { get; }

    /// <summary>The name of the client, and below it a line for each handler.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => string.Join('\n', Handlers.Select(handler => $"  {handler}").Prepend(_client));

    // The first is the factory's own, which counts how long the chain is in use.
    private static IEnumerable<HttpMessageHandler> Walk(HttpMessageHandler first)
    {
        for (var next = (first as DelegatingHandler)?.InnerHandler; next is not null; next = (next as DelegatingHandler)?.InnerHandler)
            yield return next;
    }

    private static string NameOf(HttpMessageHandler handler, IReadOnlyList<PolicyInfo> policies)
    {
        var type = handler.GetType().Name;
        return handler is PolicyHandler && policies.FirstOrDefault(policy => type == $"{policy.Name}Handler") is { } policy ? policy.ToString() : type;
    }
}
