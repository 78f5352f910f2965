namespace Resilience.Http;

/// <summary>
/// The <see cref="HttpClient"/> that requests come from, for what it decides: the timeout of a whole call, the size of a buffered body. A
/// handler cannot see its client, so the newest one is remembered: clients of one name are set up alike, and a typed client may still set it
/// up in its constructor.
/// </summary>
internal sealed class WatchedHttpClient
{
    private const long Unknown = 0;

    private readonly WeakReference<HttpClient?> _client = new(null);
    private long _lastTimeout = Unknown;

    /// <summary>The timeout now in force, be it infinite; null if there was no client yet.</summary>
    public TimeSpan? Timeout
    {
        get
        {
            if (_client.TryGetTarget(out var client))
                Volatile.Write(ref _lastTimeout, client.Timeout.Ticks);
            return Volatile.Read(ref _lastTimeout) is not Unknown and var ticks ? new(ticks) : null;
        }
    }

    /// <summary>How much of a response it buffers.</summary>
    public long MaxResponseContentBufferSize => _client.TryGetTarget(out var client) ? client.MaxResponseContentBufferSize : long.MaxValue;

    public void Watch(HttpClient client) => _client.SetTarget(client);
}
