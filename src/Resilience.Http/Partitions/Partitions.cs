namespace Resilience.Http;

/// <summary>
/// The partitions of one policy of one client. Their number is bounded: idle ones are forgotten, and where there is no room the least
/// recently used one. Safe for concurrent use.
/// </summary>
internal sealed class Partitions<T>(Func<PartitionKey, T> create, TimeProvider time)
    where T : class, IPartitionState
{
    private const int MaxSecondsBetweenSweeps = 300;

    private readonly PartitionTable<T> _states = new(create);
    private readonly long _second = time.TimestampFrequency;
    private long _nextSweep = time.GetTimestamp() + time.TimestampFrequency;
    private int _sweeping;

    public IEnumerable<T> All => _states.All;

    public int Count => _states.Count;

    public T Get(in PartitionKey key, long now, int maximum, TimeSpan idle)
    {
        var known = _states.Find(key);
        return known is not null && now - known.LastUsed <= _second ? known : Use(known, key, now, maximum, idle);
    }

    public T? Find(in PartitionKey key) => _states.Find(key);

    /// <summary>Puts a state in service that may have been forgotten meanwhile.</summary>
    /// <returns>The one in service: this, or another that has taken its place.</returns>
    public T Keep(T state, long now, int maximum) => _states.GetOrAdd(state.Key, now, maximum, state);

    // Once a second and partition, so that threads seldom write to what all of them read.
    private T Use(T? known, in PartitionKey key, long now, int maximum, TimeSpan idle)
    {
        var state = known ?? _states.GetOrAdd(key, now, maximum);
        if (now > state.LastUsed)
            state.LastUsed = now;
        if (now >= Volatile.Read(ref _nextSweep))
            Sweep(now, idle);
        return state;
    }

    private void Sweep(long now, TimeSpan idle)
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
            return;

        var limit = time.ToTimestampUnits(idle);
        Volatile.Write(ref _nextSweep, now + Math.Clamp(limit / 4, _second, MaxSecondsBetweenSweeps * _second));
        // Off the caller's thread: a sweep of many partitions must not be one call's latency.
        ThreadPool.UnsafeQueueUserWorkItem(static sweep => sweep.Partitions.Forget(sweep.Now, sweep.Limit), (Partitions: this, Now: now, Limit: limit), preferLocal: false);
    }

    private void Forget(long now, long limit)
    {
        // A second more, as that much may be missing from what is known of the last use.
        _states.RemoveWhere(state => now - state.LastUsed > limit + _second && state.RetentionAt(now) is Retention.None);
        Volatile.Write(ref _sweeping, 0);
    }
}
