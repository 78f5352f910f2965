using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resilience.Http;

/// <summary>The clients with an outbox.</summary>
internal sealed class OutboxClients(IEnumerable<OutboxClientName> names, ResilienceRegistry registry, IHttpMessageHandlerFactory handlers, TimeProvider? time = null, ILoggerFactory? logging = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, OutboxClient> _known = new();
    private readonly ConcurrentDictionary<string, long> _failedAt = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ILogger _logger = (logging ?? NullLoggerFactory.Instance).CreateLogger("Resilience.Http");

    public IEnumerable<OutboxClient> All => names.Select(name => TryFind(name.Value)).OfType<OutboxClient>();

    /// <returns>Null also if the client cannot be made now, such as without its certificate: that holds up no others.</returns>
    public OutboxClient? TryFind(string name)
    {
        if (_failedAt.TryGetValue(name, out var failedAt) && _time.GetElapsedTime(failedAt) < Pause)
            return null;

        try
        {
            return Find(name);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _failedAt[name] = _time.GetTimestamp();
            OutboxTelemetry.NotMade(_logger, name, e);
            return null;
        }
    }

    /// <returns>Null if no client of this name has an outbox, as after it was taken from the program.</returns>
    public OutboxClient? Find(string name) => _known.TryGetValue(name, out var known) ? known : IsRegistered(name) ? Make(name) : null;

    public bool IsRegistered(string name) => names.Any(other => other.Value == name);

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
