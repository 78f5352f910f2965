namespace Resilience.Http;

/// <summary>The servers that have asked for a pause, as far as this instance knows. Safe for concurrent use; while there are none, a look at it costs next to nothing.</summary>
internal sealed class AuthorityPauses(TimeProvider time)
{
    private const int MaxAuthorities = 100;
    private const int MaxHost = 253;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Pause> _pauses = new(StringComparer.Ordinal);
    private volatile bool _isEmpty = true;

    public IReadOnlyList<QuotaPause> All
    {
        get
        {
            lock (_lock)
                return [.. _pauses.Select(pause => new QuotaPause(pause.Key, time.GetElapsedTime(time.GetTimestamp(), pause.Value.End))).Where(pause => pause.Left > TimeSpan.Zero)];
        }
    }

    public bool AreOver => _isEmpty || All.Count == 0;

    /// <summary>How much longer the server at an address is paused; zero if it is not.</summary>
    public TimeSpan LeftFor(Uri? address, long now)
    {
        if (_isEmpty)
            return TimeSpan.Zero;

        lock (_lock)
            return _pauses.TryGetValue(AuthorityOf(address), out var pause) && pause.End > now ? time.GetElapsedTime(now, pause.End) : TimeSpan.Zero;
    }

    /// <summary>Notes what a server has asked this instance for.</summary>
    /// <returns>Whether that is a pause that was not known.</returns>
    public bool Add(string authority, TimeSpan pause, long now)
    {
        lock (_lock)
        {
            var known = _pauses.TryGetValue(authority, out var before) && before.End > now;
            if (!known && _pauses.Count >= MaxAuthorities)
                Forget(_pauses.MinBy(other => other.Value.End).Key);
            Keep(authority, new(now + Ticks(pause), IsShared: false));
            return !known;
        }
    }

    /// <summary>Takes over what the store knows, which wins over everything that it has been told.</summary>
    public void Replace(IReadOnlyList<QuotaPause> shared, TimeSpan longest, long now)
    {
        if (_isEmpty && shared.Count == 0)
            return;

        lock (_lock)
        {
            foreach (var over in _pauses.Where(pause => pause.Value.IsShared || pause.Value.End <= now).Select(pause => pause.Key).ToArray())
                Forget(over);
            foreach (var pause in shared.Take(MaxAuthorities))
                Keep(pause.Authority, new(now + Ticks(pause.Left < longest ? pause.Left : longest), IsShared: true));
        }
    }

    /// <summary>The store has been told of a pause.</summary>
    public void Shared(string authority)
    {
        lock (_lock)
        {
            if (_pauses.TryGetValue(authority, out var pause))
                _pauses[authority] = pause with { IsShared = true };
        }
    }

    public static string AuthorityOf(Uri? address)
        => address is { IsAbsoluteUri: true } ? $"{address.Scheme}://{HostOf(address)}:{address.Port}" : "*";

    // No name of the DNS is longer, but a proxy may answer for one that is, and a database may not keep it.
    private static string HostOf(Uri address) => AddressHost.Of(address) is var host && host.Length > MaxHost ? host[..MaxHost] : host;

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);

    private void Keep(string authority, Pause pause)
    {
        if (_pauses.TryGetValue(authority, out var known) && known.End > pause.End)
            return;

        _pauses[authority] = pause;
        _isEmpty = false;
    }

    private void Forget(string authority)
    {
        _pauses.Remove(authority);
        _isEmpty = _pauses.Count == 0;
    }

    private readonly record struct Pause(long End, bool IsShared);
}
