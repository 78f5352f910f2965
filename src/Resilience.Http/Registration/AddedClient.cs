namespace Resilience.Http;

/// <summary>
/// A client that was added while the program runs (<see cref="ResilienceRegistry.Add"/>). Its circuits, buckets and budgets belong to it, whatever handlers
/// are made and whatever options are reloaded. Safe for concurrent use.
/// </summary>
public sealed class AddedClient : IDisposable
{
    private readonly ResilientClient _client;
    private readonly Action _remove;

    internal AddedClient(ResilientClient client, Action remove)
    {
        (_client, _remove) = (client, remove);
        // No factory has a chain of it, in which that could be.
        _client.HasDiscovery = false;
    }

    /// <summary>The client as the registry shows it.</summary>
    public ResilientClientInfo Info => _client.Info;

    /// <summary>Makes a chain of the client's policies. It need not be made anew: the state belongs to the client.</summary>
    /// <param name="inner">What sends the requests; disposed with the handler.</param>
    /// <returns>The outermost handler.</returns>
    public DelegatingHandler CreateHandler(HttpMessageHandler inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        DelegatingHandler[] handlers = [.. ClientRegistration.AllHandlersOf(_client)];
        for (var at = 0; at < handlers.Length; at++)
            handlers[at].InnerHandler = at + 1 < handlers.Length ? handlers[at + 1] : inner;
        return handlers[0];
    }

    /// <summary>Takes the client out of the registry. Its handlers go on working, with the options that they have.</summary>
    public void Dispose() => _remove();
}
