namespace Resilience.Http;

/// <summary>Keys that callers of this process are sending just now, so that a drain does not send them beside them: of the two, one would hear only that the key was used. Safe for concurrent use.</summary>
internal sealed class KeysUnderWay
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Callers, long Until)> _keys = new(StringComparer.Ordinal);

    /// <param name="key">The key.</param>
    /// <param name="until">A timestamp: a caller that takes longer is not waited for.</param>
    /// <returns>To be disposed when the call has ended.</returns>
    public IDisposable Begin(string key, long until)
    {
        lock (_lock)
            _keys[key] = _keys.TryGetValue(key, out var others) ? (others.Callers + 1, Math.Max(others.Until, until)) : (1, until);
        return new Ends(this, key);
    }

    public bool Has(string key, long now)
    {
        lock (_lock)
            return _keys.TryGetValue(key, out var callers) && now < callers.Until;
    }

    private void End(string key)
    {
        lock (_lock)
        {
            if (_keys[key] is { Callers: > 1 } callers)
                _keys[key] = (callers.Callers - 1, callers.Until);
            else
                _keys.Remove(key);
        }
    }

    private sealed class Ends(KeysUnderWay keys, string key) : IDisposable
    {
        public void Dispose() => keys.End(key);
    }
}
