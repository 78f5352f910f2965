namespace Resilience.Http;

/// <summary>
/// The timeout of a whole call, which is <see cref="HttpClient.Timeout"/>. A handler cannot see its client, so the newest one is
/// remembered: clients of one name are set up alike, and a typed client may still set its timeout in its constructor.
/// </summary>
internal sealed class TotalTimeout
{
    private readonly WeakReference<HttpClient?> _client = new(null);
    private long _lastSeen = Timeout.InfiniteTimeSpan.Ticks;

    /// <summary>The timeout now in force; <see cref="Timeout.InfiniteTimeSpan"/> if there is none or none is known.</summary>
    public TimeSpan Value
    {
        get
        {
            if (_client.TryGetTarget(out var client))
                Volatile.Write(ref _lastSeen, client.Timeout.Ticks);
            return new(Volatile.Read(ref _lastSeen));
        }
    }

    public void Watch(HttpClient client) => _client.SetTarget(client);
}
