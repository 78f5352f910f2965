using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>
/// The partitions of one policy of one client. Their number is bounded: idle ones are forgotten, and what does not fit shares one state.
/// Safe for concurrent use.
/// </summary>
internal sealed class Partitions<T>(Func<PartitionKey, T> create, TimeProvider time)
    where T : class, IPartitionState
{
    private readonly ConcurrentDictionary<PartitionKey, T> _states = new();
    private readonly long _second = time.TimestampFrequency;
    private T? _last;
    private T? _overflow;
    private long _nextSweep = time.GetTimestamp() + time.TimestampFrequency;
    private int _sweeping;
    private int _count;

    public IEnumerable<T> All => _overflow is { } overflow ? _states.Values.Append(overflow) : _states.Values;

    public int Count => Volatile.Read(ref _count);

    public T Get(PartitionKey key, long now, int maximum, TimeSpan idle)
    {
        if (now >= Volatile.Read(ref _nextSweep))
            Sweep(now, idle);

        return _last is { } last && now - last.LastUsed <= _second && last.Key == key ? last : Find(key, now, maximum);
    }

    private T Find(PartitionKey key, long now, int maximum)
    {
        var state = _states.TryGetValue(key, out var known) ? known : Add(key, maximum);
        // Once a second, so that threads that use different partitions seldom write to what both read.
        if (now - state.LastUsed > _second)
        {
            state.LastUsed = now;
            _last = state;
        }

        return state;
    }

    private T Add(PartitionKey key, int maximum)
    {
        if (Volatile.Read(ref _count) >= maximum)
            return _overflow ?? Interlocked.CompareExchange(ref _overflow, create(PartitionKey.Named("(others)")), null) ?? _overflow;

        var fresh = create(key);
        fresh.LastUsed = time.GetTimestamp();
        var state = _states.GetOrAdd(key, fresh);
        if (ReferenceEquals(state, fresh))
            Interlocked.Increment(ref _count);
        return state;
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
        foreach (var (key, state) in _states)
        {
            if (now - state.LastUsed > limit && state.CanBeForgotten(now) && _states.TryRemove(new(key, state)))
                Interlocked.Decrement(ref _count);
        }

        _last = null;
        Volatile.Write(ref _sweeping, 0);
    }
}
