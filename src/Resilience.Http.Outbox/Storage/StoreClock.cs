namespace Resilience.Http;

/// <summary>
/// A wall clock that never runs backwards: the later of the wall clock, and of the latest time seen plus what has passed since. A key that looked younger after the clock was set back would be sent
/// when the server has forgotten it. Safe for concurrent use.
/// </summary>
internal sealed class StoreClock(TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _latest = DateTimeOffset.MinValue;
    private long _seenAt = time.GetTimestamp();

    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                var timestamp = time.GetTimestamp();
                var (wall, ours) = (time.GetUtcNow(), _latest + time.GetElapsedTime(_seenAt, timestamp));
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
}
