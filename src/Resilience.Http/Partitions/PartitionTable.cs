using System.Numerics;

namespace Resilience.Http;

/// <summary>
/// The states of partitions by their keys, found without a lock. A slot that was taken belongs to its hash until the table is made anew, so
/// that no search is misled by what others do meanwhile. Hash and reference lie in the slot itself: among a million partitions, a search goes
/// to memory for little but the slot and the state.
/// </summary>
/// <param name="create">Makes a state, within the lock of the table.</param>
internal sealed class PartitionTable<T>(Func<PartitionKey, T> create)
    where T : class, IPartitionState
{
    private const int Free = 0;
    private const int MinSlots = 16;

    private readonly Lock _lock = new();
    private Slot[] _slots = new Slot[MinSlots];
    private int _taken;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Every state; one that is removed and made again meanwhile may come twice.</summary>
    public IEnumerable<T> All => Volatile.Read(ref _slots).Select(slot => slot.State).OfType<T>();

    public T? Find(in PartitionKey key) => Find(key, HashOf(key));

    /// <returns>Null if the key has no state and there are as many as there may be.</returns>
    public T? GetOrAdd(in PartitionKey key, long now, int maximum)
    {
        // Without the lock, since while the table is full this is where everybody new ends.
        if (Count >= maximum)
            return Find(key);

        var hash = HashOf(key);
        lock (_lock)
        {
            if (Find(key, hash) is { } known)
                return known;

            return _count < maximum ? Add(key, hash, now) : null;
        }
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

    private T Add(in PartitionKey key, int hash, long now)
    {
        if (_taken >= _slots.Length * 2 / 3)
            Renew();
        var fresh = create(key);
        fresh.LastUsed = now;
        Put(_slots, hash, fresh);
        _taken++;
        // After the slot: whoever sees the table full finds everything in it.
        Volatile.Write(ref _count, _count + 1);
        return fresh;
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

                slot.State = null;
                _count--;
            }
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
