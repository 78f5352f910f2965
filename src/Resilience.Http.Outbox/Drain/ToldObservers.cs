using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>Which observers of an entry were told while others failed, as far as this process knows: those are not told again. Safe for concurrent use.</summary>
internal sealed class ToldObservers
{
    // Another process may have told an entry that this one remembers, and nobody says so. Whoever is forgotten too early is told once more.
    private const int MaxRemembered = 10_000;

    // A dead letter that was revived ends once more, and everybody is told again. As exact as stores are.
    private readonly ConcurrentDictionary<(string Id, long? EndedAt), bool[]> _told = new();

    /// <returns>For each observer of the client whether it was told; empty if nobody was.</returns>
    public bool[] Of(OutboxRow row) => _told.GetValueOrDefault(KeyOf(row)) ?? [];

    public void Remember(OutboxRow row, bool[] told)
    {
        if (_told.Count >= MaxRemembered)
            _told.Clear();
        _told[KeyOf(row)] = told;
    }

    public void Forget(OutboxRow row) => _told.TryRemove(KeyOf(row), out _);

    private static (string Id, long? EndedAt) KeyOf(OutboxRow row) => (row.Id, row.EndedAt?.ToUnixTimeMilliseconds());
}
