namespace Resilience.Http;

/// <summary>
/// A wall clock that never runs backwards: the later of the wall clock, and of the latest time seen plus what has passed since. A key that looked younger after the clock was set back would be sent
/// when the server has forgotten it. What has passed is told by both clocks, as one stands still while the machine sleeps, and the other may be set. Safe for concurrent use.
/// </summary>
internal sealed class StoreClock(TimeProvider time)
{
    // The two are never read in the same moment, and differences that small would add up.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _latest = DateTimeOffset.MinValue;
    private long _seenAt = time.GetTimestamp();
    private (DateTimeOffset Wall, long At) _begun = (time.GetUtcNow(), time.GetTimestamp());

    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                var (timestamp, wall) = (time.GetTimestamp(), time.GetUtcNow());
                var ours = _latest + time.GetElapsedTime(_seenAt, timestamp) + Slept(wall, timestamp);
                (_latest, _seenAt) = (wall > ours ? wall : ours, timestamp);
                return _latest;
            }
        }
    }

    /// <summary>It has been that late already.</summary>
    public void Raise(DateTimeOffset seen)
    {
        lock (_lock)
        {
            if (seen > _latest)
                (_latest, _seenAt) = (seen, time.GetTimestamp());
        }
    }

    // While the wall is behind the latest time, because that came from a moment when it was ahead, only this tells of a sleep.
    private TimeSpan Slept(DateTimeOffset wall, long timestamp)
    {
        var slept = wall - _begun.Wall - time.GetElapsedTime(_begun.At, timestamp);
        if (slept.Duration() < Step)
            return TimeSpan.Zero;

        _begun = (wall, timestamp);
        return slept > TimeSpan.Zero && _latest > DateTimeOffset.MinValue ? slept : TimeSpan.Zero;
    }
}
