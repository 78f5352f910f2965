using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>The clients with an outbox.</summary>
internal sealed class OutboxClients(IEnumerable<OutboxClientName> names, ResilienceRegistry registry, IHttpMessageHandlerFactory handlers)
{
    private readonly ConcurrentDictionary<string, OutboxClient> _known = new();

    public IEnumerable<OutboxClient> All => names.Select(name => Find(name.Value)!);

    /// <returns>Null if no client of this name has an outbox, as after it was taken from the program.</returns>
    public OutboxClient? Find(string name) => _known.TryGetValue(name, out var known) ? known : names.Any(other => other.Value == name) ? Make(name) : null;

    private OutboxClient? Make(string name)
    {
        // Its state is made with its first chain of handlers, which a program that only drains never asked for.
        using var chain = handlers.CreateHandler(name);
        var client = registry[name].Find<OutboxOptions, OutboxClient>(OutboxPolicy.Instance);
        if (client is not null)
            _known[name] = client;
        return client;
    }
}
