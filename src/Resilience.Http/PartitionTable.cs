using System.Numerics;

namespace Resilience.Http;

/// <summary>
/// The states of partitions by their keys, found without a lock. A slot that was taken belongs to its hash until the table is made anew, so
/// that no search is misled by what others do meanwhile. Hash and reference lie in the slot itself: among a million partitions, a search goes
/// to memory for little but the slot and the state.
/// </summary>
internal sealed class PartitionTable<T>
    where T : class, IPartitionState
{
    private const int Free = 0;
    private const int MinSlots = 16;

    private readonly Lock _lock = new();
    private Slot[] _slots = new Slot[MinSlots];
    private int _taken;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<T> All => Volatile.Read(ref _slots).Select(slot => slot.State).OfType<T>();

    public T? Find(in PartitionKey key)
    {
        var (slots, hash) = (Volatile.Read(ref _slots), HashOf(key));
        for (var at = hash; ; at++)
        {
            ref var slot = ref SlotAt(slots, at);
            var taken = Volatile.Read(ref slot.Hash);
            if (taken == hash && slot.State is { } state && state.Key.Equals(key))
                return state;
            if (taken == Free)
                return null;
        }
    }

    /// <summary>Makes the state of a key that has none yet, within a lock.</summary>
    public T GetOrAdd(in PartitionKey key, Func<PartitionKey, T> create)
    {
        lock (_lock)
        {
            if (Find(key) is { } known)
                return known;

            if (_taken >= _slots.Length / 4 * 3)
                Renew();
            var fresh = create(key);
            Put(_slots, HashOf(key), fresh);
            (_taken, _count) = (_taken + 1, _count + 1);
            return fresh;
        }
    }

    /// <summary>To be called by one thread at a time. States that are added meanwhile may be left for the next time.</summary>
    public void RemoveWhere(Func<T, bool> isDone)
    {
        var slots = _slots;
        foreach (ref var slot in slots.AsSpan())
        {
            if (slot.State is not { } state || !isDone(state))
                continue;

            lock (_lock)
            {
                if (slots != _slots)
                    return;

                slot.State = null;
                _count--;
            }
        }

        lock (_lock)
        {
            if (_count < _taken / 4)
                Renew();
        }
    }

    private static ref Slot SlotAt(Slot[] slots, int at) => ref slots[at & (slots.Length - 1)];

    private static int HashOf(in PartitionKey key) => key.GetHashCode() is not Free and var hash ? hash : ~Free;

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
