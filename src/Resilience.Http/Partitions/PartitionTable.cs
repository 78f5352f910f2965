using System.Numerics;

namespace Resilience.Http;

/// <summary>
/// The states of partitions by their keys, found without a lock. A slot that was taken belongs to its hash until the table is made anew, so
/// that no search is misled by what others do meanwhile. Hash and reference lie in the slot itself: among a million partitions, a search goes
/// to memory for little but the slot and the state. In one piece, because searches, additions and removals are right only together.
/// </summary>
/// <param name="create">Makes a state, within the lock of the table.</param>
internal sealed class PartitionTable<T>(Func<PartitionKey, T> create)
    where T : class, IPartitionState
{
    private const int Free = 0;
    private const int MinSlots = 16;

    // As many are compared when one has to go; in a table of this size, all of them.
    private const int Candidates = 32;

    private readonly Lock _lock = new();
    private Slot[] _slots = new Slot[MinSlots];
    private int _taken;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Every state; one that is removed and made again meanwhile may come twice.</summary>
    public IEnumerable<T> All => Volatile.Read(ref _slots).Select(slot => slot.State).OfType<T>();

    public T? Find(in PartitionKey key) => Find(key, HashOf(key));

    /// <summary>
    /// Finds or makes a state. If there are as many as there may be, one of the least recently used goes. What has to stay stays beside the new one: a state outside the table
    /// would be another for every request, and limit nobody.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="now">The time, as a timestamp.</param>
    /// <param name="maximum">As many states as there may be, but for those that have to stay.</param>
    /// <param name="ready">A state to put there if there is none; null to make one.</param>
    public T GetOrAdd(in PartitionKey key, long now, int maximum, T? ready = null)
    {
        var hash = HashOf(key);
        var (state, removed, another) = (ready, default(T), default(T));
        lock (_lock)
        {
            if (Find(key, hash) is { } known)
                return known;

            state ??= create(key);
            // Two, so that there are no more than there may be soon after those that had to stay no longer have to.
            if (_count >= maximum)
                removed = RemoveOne(now, hash);
            if (_count >= maximum)
                another = RemoveOne(now, hash);
            Add(state, hash, now);
        }

        removed?.OnForgotten();
        another?.OnForgotten();
        return state;
    }

    /// <summary>To be called by one thread at a time.</summary>
    public void RemoveWhere(Func<T, bool> isDone)
    {
        while (!TryRemoveWhere(isDone))
        {
        }

        lock (_lock)
        {
            if (_count < _taken / 4)
                Renew();
        }
    }

    private static int HashOf(in PartitionKey key) => key.GetHashCode() is not Free and var hash ? hash : ~Free;

    private static ref Slot SlotAt(Slot[] slots, int at) => ref slots[at & (slots.Length - 1)];

    // The hash last: whoever sees it sees the state too.
    private static void Put(Slot[] slots, int hash, T state)
    {
        var at = hash;
        while (SlotAt(slots, at).Hash != Free)
            at++;
        ref var slot = ref SlotAt(slots, at);
        slot.State = state;
        Volatile.Write(ref slot.Hash, hash);
    }

    private T? Find(in PartitionKey key, int hash)
    {
        var slots = Volatile.Read(ref _slots);
        for (var at = hash; ; at++)
        {
            ref var slot = ref SlotAt(slots, at);
            var found = Volatile.Read(ref slot.Hash);
            if (found == hash && slot.State is { } state && state.Key.Equals(key))
                return state;
            if (found == Free)
                return null;
        }
    }

    private void Add(T state, int hash, long now)
    {
        if (_taken >= _slots.Length * 2 / 3)
            Renew();
        state.LastUsed = Math.Max(state.LastUsed, now);
        Put(_slots, hash, state);
        _taken++;
        Volatile.Write(ref _count, _count + 1);
    }

    // Of neighbours, which have nothing to do with each other: the least worth keeping, of those the one used longest ago.
    private T? RemoveOne(long now, int start)
    {
        (Retention Retention, long LastUsed) worst = (Retention.Always, default);
        ref var found = ref SlotAt(_slots, start);
        for (var (at, seen) = (0, 0); at < _slots.Length && seen < Candidates; at++)
        {
            ref var slot = ref SlotAt(_slots, start + at);
            if (slot.State is not { } state)
                continue;

            seen++;
            var candidate = (state.RetentionAt(now), state.LastUsed);
            if (candidate.CompareTo(worst) >= 0)
                continue;

            worst = candidate;
            found = ref slot;
        }

        if (worst.Retention is Retention.Always)
            return null;

        var removed = found.State;
        found.State = null;
        _count--;
        return removed;
    }

    /// <returns>False if the table was made anew meanwhile, and some may be left.</returns>
    private bool TryRemoveWhere(Func<T, bool> isDone)
    {
        var slots = Volatile.Read(ref _slots);
        foreach (ref var slot in slots.AsSpan())
        {
            if (slot.State is not { } state || !isDone(state))
                continue;

            lock (_lock)
            {
                if (slots != _slots)
                    return false;
                // It may have become worth keeping meanwhile.
                if (slot.State != state || !isDone(state))
                    continue;

                slot.State = null;
                _count--;
            }

            state.OnForgotten();
        }

        return true;
    }

    // Without the slots that nobody has any more, and with at least as many to spare as there are states.
    private void Renew()
    {
        var slots = new Slot[Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)_count * 2), MinSlots)];
        foreach (var slot in _slots)
        {
            if (slot.State is { } state)
                Put(slots, slot.Hash, state);
        }

        Volatile.Write(ref _slots, slots);
        _taken = _count;
    }

    private struct Slot
    {
        public int Hash;
        public T? State;
    }
}
