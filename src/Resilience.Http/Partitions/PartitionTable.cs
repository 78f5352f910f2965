namespace Resilience.Http;

/// <summary>
/// The states of partitions by their keys, as many as there may be. Finding one takes no lock; what changes the table does. In one piece, because additions and removals are right only together.
/// </summary>
/// <param name="create">Makes a state, within the lock of the table.</param>
internal sealed class PartitionTable<T>(Func<PartitionKey, T> create)
    where T : class, IPartitionState
{
    // As many are compared when one has to go; in a table of this size, all of them.
    private const int Candidates = 32;

    private readonly Lock _lock = new();
    private PartitionSlots<T>.Slot[] _slots = PartitionSlots<T>.For(0);
    private int _taken;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Every state; one that is removed and made again meanwhile may come twice.</summary>
    public IEnumerable<T> All => Volatile.Read(ref _slots).Select(slot => slot.State).OfType<T>();

    private PartitionSlots<T> Slots => new(Volatile.Read(ref _slots));

    public T? Find(in PartitionKey key) => Slots.Find(key, PartitionSlots<T>.HashOf(key));

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
        var hash = PartitionSlots<T>.HashOf(key);
        var (state, removed, another) = (ready, default(T), default(T));
        lock (_lock)
        {
            if (Slots.Find(key, hash) is { } known)
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
            continue;

        lock (_lock)
        {
            if (_count < _taken / 4)
                Renew();
        }
    }

    private void Add(T state, int hash, long now)
    {
        if (_taken >= _slots.Length * 2 / 3)
            Renew();
        state.LastUsed = Math.Max(state.LastUsed, now);
        Slots.Put(hash, state);
        _taken++;
        Volatile.Write(ref _count, _count + 1);
    }

    // Of neighbours, which have nothing to do with each other: the least worth keeping, of those the one used longest ago.
    private T? RemoveOne(long now, int start)
    {
        var slots = Slots;
        (Retention Retention, long LastUsed) worst = (Retention.Always, default);
        ref var found = ref slots.At(start);
        for (var (at, seen) = (0, 0); at < slots.Length && seen < Candidates; at++)
        {
            ref var slot = ref slots.At(start + at);
            if (slot.State is not { } state)
                continue;

            seen++;
            if ((state.RetentionAt(now), state.LastUsed) is var candidate && candidate.CompareTo(worst) < 0)
            {
                worst = candidate;
                found = ref slot;
            }
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

    // Without the slots that nobody has any more.
    private void Renew()
    {
        var slots = PartitionSlots<T>.For(_count);
        foreach (var slot in _slots)
        {
            if (slot.State is { } state)
                new PartitionSlots<T>(slots).Put(slot.Hash, state);
        }

        Volatile.Write(ref _slots, slots);
        _taken = _count;
    }
}
