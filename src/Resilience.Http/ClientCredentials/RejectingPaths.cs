namespace Resilience.Http;

/// <summary>
/// Paths that reject a new access token too, while others accept the client's: there it is the path that is at fault, and no further token would
/// help. Each is remembered for five minutes, or until it accepts a token. Safe for concurrent use.
/// </summary>
internal sealed class RejectingPaths(TimeProvider time)
{
    private const int MaxPaths = 1000;
    private const int MaxLength = 256;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _until = [];
    private volatile AccessToken? _accepted;
    private volatile Uri? _acceptedBy;
    private volatile bool _isEmpty = true;

    /// <summary>Notes what the address has answered to a token that it may have rejected.</summary>
    public void Accept(AccessToken token, Uri address, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            return;

        if (!ReferenceEquals(_accepted, token))
            _accepted = token;
        _acceptedBy = address;
        if (_isEmpty)
            return;

        lock (_lock)
        {
            _until.Remove(KeyOf(address));
            _isEmpty = _until.Count == 0;
        }
    }

    /// <summary>Notes that the address has rejected a token, and the new one that took its place.</summary>
    public void Add(Uri address, AccessToken rejected, AccessToken fresh)
    {
        if (_accepted is not { } accepted || !(accepted.Equals(rejected) || accepted.Equals(fresh)) || KeyOf(address) is not { Length: <= MaxLength } key)
            return;

        // What it has accepted itself, before the token was revoked, says nothing of others.
        if (_acceptedBy is not { } other || KeyOf(other) == key)
            return;

        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_until.Count >= MaxPaths)
                Forget(now);
            if (_until.Count < MaxPaths)
                _until[key] = now + time.ToTimestampUnits(Memory);
            _isEmpty = _until.Count == 0;
        }
    }

    public bool Contains(Uri address)
    {
        if (_isEmpty)
            return false;

        lock (_lock)
            return _until.TryGetValue(KeyOf(address), out var until) && time.GetTimestamp() < until;
    }

    private void Forget(long now)
    {
        foreach (var (key, _) in _until.Where(path => path.Value <= now).ToArray())
            _until.Remove(key);
    }

    private static string KeyOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
