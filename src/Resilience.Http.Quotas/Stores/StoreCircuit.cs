namespace Resilience.Http;

/// <summary>
/// Keeps what does not answer, the store or one of its buckets, from being asked with every request: after three failures in a row it is asked by one caller about once a second. The
/// times are jittered, so that instances do not come back all at once. Safe for concurrent use.
/// </summary>
internal sealed class StoreCircuit(TimeProvider time)
{
    private const int MaxFailures = 3;

    private readonly Lock _lock = new();
    private int _failures;
    private long _lastFailure = long.MinValue;
    private long _nextProbe;

    /// <summary>Since when the store has not answered, as a timestamp; null if it does.</summary>
    public long? LostAt { get; private set; }

    /// <summary>The timestamp of the last failure; null if there was none.</summary>
    public long? LastFailure => Volatile.Read(ref _lastFailure) is var at && at > long.MinValue ? at : null;

    /// <summary>Whether the store has ever answered.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Whether the store may be asked now; while it is lost, by one caller at a time.</summary>
    /// <param name="chance">From 0 to 1: how long the next caller waits.</param>
    public bool TryEnter(double chance)
    {
        lock (_lock)
        {
            if (_failures < MaxFailures)
                return true;

            var now = time.GetTimestamp();
            if (now < _nextProbe)
                return false;

            SetProbe(now, chance);
            return true;
        }
    }

    /// <returns>For how long the store was lost; null if it was not.</returns>
    public TimeSpan? Succeeded()
    {
        lock (_lock)
        {
            TimeSpan? lost = LostAt is { } since ? time.GetElapsedTime(since) : null;
            (_failures, LostAt, HasAnswered) = (0, null, true);
            return lost;
        }
    }

    /// <summary>A call has failed. Those that were under way together when a machine stood still are one failure, however many partitions there are.</summary>
    /// <param name="begun">When the call was made.</param>
    /// <param name="chance">From 0 to 1: how long the next caller waits.</param>
    /// <returns>Whether the store is lost from now on.</returns>
    public bool Failed(long begun, double chance)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var isNew = LostAt is null;
            LostAt ??= now;
            if (begun >= _lastFailure)
                (_failures, _lastFailure) = (_failures + 1, now);
            if (_failures >= MaxFailures)
                SetProbe(now, chance);
            return isNew;
        }
    }

    private void SetProbe(long now, double chance) => _nextProbe = now + (long)((0.75 + (chance / 2)) * time.TimestampFrequency);
}
