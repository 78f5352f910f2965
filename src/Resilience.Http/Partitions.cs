namespace Resilience.Http;

/// <summary>
/// The partitions of one policy of one client. Their number is bounded: idle ones are forgotten, and what does not fit shares one state.
/// Safe for concurrent use.
/// </summary>
internal sealed class Partitions<T>(Func<PartitionKey, T> create, TimeProvider time)
    where T : class, IPartitionState
{
    private readonly PartitionTable<T> _states = new();
    private readonly long _second = time.TimestampFrequency;
    private T? _overflow;
    private long _nextSweep = time.GetTimestamp() + time.TimestampFrequency;
    private int _sweeping;

    public IEnumerable<T> All => _overflow is { } overflow ? _states.All.Append(overflow) : _states.All;

    public int Count => _states.Count;

    public T Get(in PartitionKey key, long now, int maximum, TimeSpan idle)
        => _states.Find(key) is { } state && now - state.LastUsed <= _second ? state : Use(key, now, maximum, idle);

    // Once a second and partition, so that threads seldom write to what all of them read.
    private T Use(in PartitionKey key, long now, int maximum, TimeSpan idle)
    {
        if (now >= Volatile.Read(ref _nextSweep))
            Sweep(now, idle);

        var state = _states.Find(key) ?? Add(key, maximum);
        if (now > state.LastUsed)
            state.LastUsed = now;
        return state;
    }

    private T Add(in PartitionKey key, int maximum)
        => _states.Count < maximum
            ? _states.GetOrAdd(key, Create)
            : _overflow ?? Interlocked.CompareExchange(ref _overflow, create(PartitionKey.Named("(others)")), null) ?? _overflow;

    private T Create(PartitionKey key)
    {
        var fresh = create(key);
        fresh.LastUsed = time.GetTimestamp();
        return fresh;
    }

    private void Sweep(long now, TimeSpan idle)
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
            return;

        var limit = (long)(idle.TotalSeconds * _second);
        Volatile.Write(ref _nextSweep, now + Math.Max(limit / 4, _second));
        // Off the caller's thread: a sweep of many partitions must not be one call's latency.
        ThreadPool.UnsafeQueueUserWorkItem(static sweep => sweep.Partitions.Forget(sweep.Now, sweep.Limit), (Partitions: this, Now: now, Limit: limit), preferLocal: false);
    }

    private void Forget(long now, long limit)
    {
        _states.RemoveWhere(state => now - state.LastUsed > limit && state.CanBeForgotten(now));
        Volatile.Write(ref _sweeping, 0);
    }
}
