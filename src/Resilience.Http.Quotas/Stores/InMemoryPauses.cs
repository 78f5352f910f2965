namespace Resilience.Http;

/// <summary>
/// The servers that have asked for a pause, by key. Whoever redirects requests names as many servers as he likes, so there is a bound for each key. Times are those of
/// the store. Not safe for concurrent use.
/// </summary>
internal sealed class InMemoryPauses
{
    private const int MaxAuthorities = 100;

    private readonly Dictionary<string, Dictionary<string, long>> _ends = [];

    public IReadOnlyList<QuotaPause> Of(string key, long now)
        => _ends.TryGetValue(key, out var ends)
            ? [.. ends.Where(end => end.Value > now).Select(end => new QuotaPause(end.Key, TimeSpan.FromMicroseconds(end.Value - now)))]
            : [];

    public void Add(string key, string authority, long end, long now)
    {
        if (!_ends.TryGetValue(key, out var ends))
            _ends[key] = ends = [];
        if (ends.Count >= MaxAuthorities)
            RemoveOver(ends, now);
        if (ends.Count < MaxAuthorities || ends.ContainsKey(authority))
            ends[authority] = Math.Max(ends.GetValueOrDefault(authority), end);
    }

    public void Remove(string key, string authority)
    {
        if (_ends.TryGetValue(key, out var ends))
            ends.Remove(authority);
    }

    public void Sweep(long now)
    {
        foreach (var (key, ends) in _ends)
        {
            RemoveOver(ends, now);
            if (ends.Count == 0)
                _ends.Remove(key);
        }
    }

    private static void RemoveOver(Dictionary<string, long> ends, long now)
    {
        foreach (var (authority, end) in ends)
        {
            if (end <= now)
                ends.Remove(authority);
        }
    }
}
