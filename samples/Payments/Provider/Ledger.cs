using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Payments;

/// <summary>
/// The provider's books: append-only, and all that it knows after it was killed. It tells calls apart by their keys and by nothing else, and forgets keys after the retention.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly TimeSpan _retention;
    private readonly Dictionary<string, LedgerEntry> _keys = [];
    private readonly ConcurrentDictionary<string, ImmutableList<long>> _references = new();

    public Ledger(string path, TimeSpan retention)
    {
        _retention = retention;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        using var reader = new StreamReader(_file, leaveOpen: true);
        while (reader.ReadLine() is { } line)
            Know(LedgerEntry.Parse(line));
    }

    /// <summary>What a key came to before; null if it is new, or forgotten.</summary>
    public LedgerEntry? Find(string key)
    {
        lock (_lock)
            return _keys.TryGetValue(key, out var entry) && TimeProvider.System.GetUtcNow() - entry.At < _retention ? entry : null;
    }

    /// <summary>What a customer was charged, whatever the keys, in cents.</summary>
    public IReadOnlyCollection<long> ChargesOf(string reference) => _references.GetValueOrDefault(reference, []);

    /// <summary>Commits. From here on it has happened, whoever is killed.</summary>
    public void Append(LedgerEntry entry)
    {
        lock (_lock)
        {
            _file.Write(System.Text.Encoding.UTF8.GetBytes($"{entry}\n"));
            _file.Flush();
            Know(entry);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Know(LedgerEntry entry)
    {
        _keys[entry.Key] = entry;
        if (entry.IsCharge)
            _references.AddOrUpdate(entry.Reference, [entry.Cents], (_, before) => before.Add(entry.Cents));
    }
}
