namespace Resilience.Http;

/// <summary>
/// The partitions of one policy of one client. Their number is bounded: idle ones are forgotten, and what does not fit shares one state.
/// Safe for concurrent use.
/// </summary>
internal sealed class Partitions<T>(Func<PartitionKey, T> create, TimeProvider time)
    where T : class, IPartitionState
{
    private const int MaxSecondsBetweenSweeps = 300;

    private readonly PartitionTable<T> _states = new(create);
    private readonly long _second = time.TimestampFrequency;
    private T? _overflow;
    private long _nextSweep = time.GetTimestamp() + time.TimestampFrequency;
    private int _sweeping;

    public IEnumerable<T> All => _overflow is { } overflow ? _states.All.Append(overflow) : _states.All;

    public int Count => _states.Count;

    private T Overflow => _overflow ?? Interlocked.CompareExchange(ref _overflow, create(PartitionKey.Named("(others)")), null) ?? _overflow;

    public T Get(in PartitionKey key, long now, int maximum, TimeSpan idle)
    {
        var known = _states.Find(key);
        return known is not null && now - known.LastUsed <= _second ? known : Use(known, key, now, maximum, idle);
    }

    // Once a second and partition, so that threads seldom write to what all of them read.
    private T Use(T? known, in PartitionKey key, long now, int maximum, TimeSpan idle)
    {
        var state = known ?? _states.GetOrAdd(key, now, maximum);
        if (now > state?.LastUsed)
            state.LastUsed = now;
        if (now >= Volatile.Read(ref _nextSweep))
            Sweep(now, idle);
        return state ?? Overflow;
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
        _states.RemoveWhere(state => now - state.LastUsed > limit + _second && state.CanBeForgotten(now));
        Volatile.Write(ref _sweeping, 0);
    }
}
