namespace Resilience.Http;

/// <summary>
/// What was registered for the <see cref="HttpClient"/>s of one name. No handler can tell which of them sends a request, so what is set on one
/// of them afterwards is not known here, and ends nobody else's calls.
/// </summary>
/// <param name="baseAddress">Finds out the base address that was registered; null if there is none.</param>
internal sealed class HttpClientSettings(Func<Uri?>? baseAddress = null)
{
    // Stands in for the default while the client is set up: if it is still there afterwards, nobody has set a timeout, not even one of 100 s.
    private static readonly TimeSpan Unset = TimeSpan.FromSeconds(100) + TimeSpan.FromTicks(1);
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(100);

    private static readonly string[] CredentialHeaders = ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key"];

    private const int MaxBaseAddresses = 100;

    // What it reads may be there a moment later: a failure is not remembered.
    private readonly Lazy<Uri[]> _sample = new(() => baseAddress?.Invoke() is { } address ? [address] : [], LazyThreadSafetyMode.PublicationOnly);

    // None as long as there is no client.
    private volatile Uri[]? _baseAddresses;

    // Weak, as clients come and go. What their own code sets later, in the constructor of a typed client for example, is seen here too.
    private readonly WeakReference<HttpClient?> _newest = new(null);

    private long _timeout = System.Threading.Timeout.InfiniteTimeSpan.Ticks;
    private long _maxBufferSize = long.MaxValue;

    /// <summary>The base address of the newest client, as it was registered; null if there is none.</summary>
    public Uri? BaseAddress => BaseAddresses is [var newest, ..] ? newest : null;

    /// <summary>
    /// The base addresses of all clients, one of each origin, the newest first: a registration that reads a setting gives later clients another, and those before go on. Of a sample before there is any.
    /// </summary>
    public Uri[] BaseAddresses => _baseAddresses ?? _sample.Value;

    /// <summary>The timeout; infinite if none was set. A registration that reads a setting may give each client another: the longest, so that none ends the waits of another.</summary>
    public TimeSpan Timeout => new(Volatile.Read(ref _timeout));

    /// <summary>How much of a response is buffered at most, by the one that buffers most.</summary>
    public long MaxResponseContentBufferSize => Volatile.Read(ref _maxBufferSize);

    /// <summary>Whether what it sends to its base address can be read on the way: that is http and not this machine.</summary>
    public bool IsOpenToAll { get; private set; }

    /// <summary>Whether it sends credentials with every request.</summary>
    public bool HasCredentials { get; private set; }

    /// <summary>To be called before anything else sets the client up.</summary>
    public static void Mark(HttpClient client) => client.Timeout = Unset;

    /// <summary>To be called instead of <see cref="Take"/> if the client has no policies after all.</summary>
    public static void Unmark(HttpClient client)
    {
        if (client.Timeout == Unset)
            client.Timeout = Default;
    }

    /// <summary>To be called after everything else has set the client up.</summary>
    /// <param name="client">The client.</param>
    /// <param name="hasTotalTimeout">Whether a policy bounds its calls, so that it needs no timeout of its own.</param>
    public void Take(HttpClient client, bool hasTotalTimeout)
    {
        if (client.Timeout == Unset)
            client.Timeout = hasTotalTimeout ? System.Threading.Timeout.InfiniteTimeSpan : Default;
        lock (_newest)
        {
            var isFirst = _baseAddresses is null;
            var isLonger = client.Timeout < TimeSpan.Zero || (Timeout >= TimeSpan.Zero && client.Timeout > Timeout);
            if (isFirst || isLonger)
                Volatile.Write(ref _timeout, client.Timeout.Ticks);
            if (isFirst || client.MaxResponseContentBufferSize > MaxResponseContentBufferSize)
                Volatile.Write(ref _maxBufferSize, client.MaxResponseContentBufferSize);
            _baseAddresses = With(client.BaseAddress);
        }

        IsOpenToAll = client.BaseAddress is { Scheme: "http", IsLoopback: false };
        HasCredentials = client.BaseAddress is { UserInfo.Length: > 0 } || Array.Exists(CredentialHeaders, client.DefaultRequestHeaders.NonValidated.Contains);
        _newest.SetTarget(client);
    }

    /// <summary>Whether the newest client adds this header to every request.</summary>
    public bool SetsOnEveryRequest(string header) => _newest.TryGetTarget(out var client) && client.DefaultRequestHeaders.NonValidated.Contains(header);

    private Uri[] With(Uri? newest)
    {
        var known = _baseAddresses ?? [];
        return newest is null || (known is [var last, ..] && last.Equals(newest))
            ? known
            : [newest, .. known.Where(earlier => PartitionKey.OfAuthority(earlier) != PartitionKey.OfAuthority(newest)).Take(MaxBaseAddresses - 1)];
    }
}
