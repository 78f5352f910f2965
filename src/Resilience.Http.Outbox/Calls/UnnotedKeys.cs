namespace Resilience.Http;

/// <summary>What could not be noted of keys yet, because the store failed or a drain has the entry: tried again each second. Safe for concurrent use.</summary>
/// <param name="client">Whose keys they are.</param>
/// <param name="tryNote">Notes it; false if it has to be tried again.</param>
internal sealed class UnnotedKeys(OutboxClient client, Func<string, Moment, Verdict, Task<bool>> tryNote)
{
    // Of a store that is away for long while thousands are sent. None is known to wait in it.
    private const int MaxKeys = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Moment Sent, Verdict Verdict)> _keys = new(StringComparer.Ordinal);
    private bool _isRetrying;

    public void Add(string key, Moment sent, Verdict verdict)
    {
        lock (_lock)
        {
            if (_keys.TryGetValue(key, out var before))
                _keys[key] = (before.Sent, before.Verdict.Doubt > verdict.Doubt ? before.Verdict : verdict);
            else if (_keys.Count < MaxKeys)
                _keys.Add(key, (sent, verdict));
            if (_isRetrying)
                return;
            _isRetrying = true;
        }

        _ = RetryAsync();
    }

    private async Task RetryAsync()
    {
        while (All() is { Length: > 0 } all)
        {
            await Task.Delay(Pause, client.Time).ConfigureAwait(false);
            foreach (var (key, (sent, verdict)) in all)
            {
                if (!await TryNoteAsync(key, sent, verdict).ConfigureAwait(false))
                    break;
            }
        }
    }

    private KeyValuePair<string, (Moment Sent, Verdict Verdict)>[] All()
    {
        lock (_lock)
        {
            _isRetrying = _keys.Count > 0;
            return [.. _keys];
        }
    }

    // A store that fails for one fails for the rest.
    private async Task<bool> TryNoteAsync(string key, Moment sent, Verdict verdict)
    {
        try
        {
            if (await tryNote(key, sent, verdict).ConfigureAwait(false))
                Remove(key, verdict);
            return true;
        }
        catch (OutboxUnavailableException)
        {
            return false;
        }
        // The program ends.
        catch (ObjectDisposedException)
        {
            lock (_lock)
                _keys.Clear();
            return false;
        }
    }

    private void Remove(string key, Verdict verdict)
    {
        lock (_lock)
        {
            if (_keys.TryGetValue(key, out var now) && now.Verdict == verdict)
                _keys.Remove(key);
        }
    }
}
