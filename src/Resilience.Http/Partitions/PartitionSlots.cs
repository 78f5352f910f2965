using System.Numerics;

namespace Resilience.Http;

/// <summary>
/// The slots of a table of partitions, found without a lock. One that was taken belongs to its hash for as long as there are these slots, so that no search is
/// misled by what others do meanwhile. Hash and reference lie in the slot itself: among a million partitions, a search goes to memory for little but the
/// slot and the state.
/// </summary>
/// <param name="slots">As many as a power of two, some of them free.</param>
internal readonly struct PartitionSlots<T>(PartitionSlots<T>.Slot[] slots)
    where T : class, IPartitionState
{
    private const int Free = 0;
    private const int Least = 16;

    public int Length => slots.Length;

    /// <summary>Slots for states, and at least as many to spare.</summary>
    public static Slot[] For(int states) => new Slot[Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)states * 2), Least)];

    public static int HashOf(in PartitionKey key) => key.GetHashCode() is not Free and var hash ? hash : ~Free;

    public ref Slot At(int at) => ref slots[at & (slots.Length - 1)];

    public T? Find(in PartitionKey key, int hash)
    {
        for (var at = hash; ; at++)
        {
            ref var slot = ref At(at);
            var found = Volatile.Read(ref slot.Hash);
            if (found == hash && slot.State is { } state && state.Key.Equals(key))
                return state;
            if (found == Free)
                return null;
        }
    }

    /// <summary>Takes a slot. By one thread at a time. The hash last: whoever sees it sees the state too.</summary>
    public void Put(int hash, T state)
    {
        var at = hash;
        while (At(at).Hash != Free)
            at++;
        ref var slot = ref At(at);
        slot.State = state;
        Volatile.Write(ref slot.Hash, hash);
    }

    public struct Slot
    {
        public int Hash;
        public T? State;
    }
}
