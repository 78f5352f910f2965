namespace Resilience.Http;

/// <summary>The buckets of one process: for a single instance, for several clients that share a quota, and for tests. Safe for concurrent use.</summary>
/// <param name="time">The clock; null for the system's.</param>
public sealed class InMemoryQuotaStore(TimeProvider? time = null) : IQuotaStore
{
    private const long Second = 1_000_000;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _started = (time ?? TimeProvider.System).GetTimestamp();
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Key, string Name), QuotaLevel> _levels = [];
    private readonly InMemoryPauses _pauses = new();
    private readonly Dictionary<(string Quota, string Instance), long> _instances = [];
    private long _nextSweep = long.MinValue;

    /// <summary>How many buckets are not full; those that are full again are forgotten within a minute.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _levels.Count;
        }
    }

    private long Now => (long)_time.GetElapsedTime(_started).TotalMicroseconds;

    /// <inheritdoc/>
    public ValueTask<QuotaGrant> LeaseAsync(QuotaRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_lock)
        {
            var now = Now;
            Sweep(now);
            var grant = Take(request.Limits, request.Wanted, request.Returned, now);
            return ValueTask.FromResult(grant with { Pauses = _pauses.Of(request.Key, now), Instances = CountWith(request, now) });
        }
    }

    /// <inheritdoc/>
    public ValueTask GiveAsync(IReadOnlyList<QuotaLimit> limits, long permits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        lock (_lock)
            Take(limits, wanted: 0, permits, Now);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask PauseAsync(string key, string authority, TimeSpan pause, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = Now;
            if (pause <= TimeSpan.Zero)
                _pauses.Remove(key, authority);
            else
                _pauses.Add(key, authority, now + (long)pause.TotalMicroseconds, now);
        }

        return ValueTask.CompletedTask;
    }

    private QuotaGrant Take(IReadOnlyList<QuotaLimit> limits, long wanted, long returned, long now)
    {
        var missing = new double[limits.Count];
        var free = long.MaxValue;
        for (var i = 0; i < limits.Count; i++)
        {
            var level = _levels.GetValueOrDefault((limits[i].Key, limits[i].Name), new(0, limits[i].Span));
            missing[i] = QuotaLevel.Return(level.MissingAt(now, limits[i]), limits[i], returned);
            free = Math.Min(free, QuotaLevel.Free(missing[i], limits[i]));
        }

        var granted = Math.Min(wanted, free);
        var wait = 0.0;
        for (var i = 0; i < limits.Count; i++)
        {
            _levels[(limits[i].Key, limits[i].Name)] = QuotaLevel.After(missing[i], limits[i], granted, now);
            wait = Math.Max(wait, QuotaLevel.Wait(missing[i], limits[i], granted));
        }

        return new(granted, TimeSpan.FromMicroseconds(Math.Ceiling(wait))) { Left = limits.Count == 0 ? null : free - granted };
    }

    private int? CountWith(QuotaRequest request, long now)
    {
        if (request.Instance is not { } instance)
            return null;

        _instances[(request.Quota, instance)] = now;
        return _instances.Count(known => known.Key.Quota == request.Quota && now - known.Value <= 3 * Second);
    }

    private void Sweep(long now)
    {
        if (now < _nextSweep)
            return;

        _nextSweep = now + (60 * Second);
        Remove(_levels, level => level.Full <= now);
        _pauses.Sweep(now);
        Remove(_instances, seen => now - seen > 3 * Second);
    }

    private static void Remove<TKey, TValue>(Dictionary<TKey, TValue> from, Func<TValue, bool> isOver)
        where TKey : notnull
    {
        foreach (var (key, value) in from)
        {
            if (isOver(value))
                from.Remove(key);
        }
    }
}
