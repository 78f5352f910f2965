namespace Resilience.Http;

/// <summary>
/// The time by which a store forgets things for good (<see cref="IOutboxStore.Settled"/>). A clock that is ahead for a moment makes keys older, which is safe, and would also have the store forget what it
/// must not: so this one follows a jump only when that has stood for an hour. Safe for concurrent use.
/// </summary>
public sealed class OutboxSettledClock
{
    private static readonly TimeSpan Proof = TimeSpan.FromHours(1);
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private (DateTimeOffset Time, long At) _settled;
    private (TimeSpan Ahead, long Since) _jump;

    /// <summary>A clock that trusts nothing yet: whatever <see cref="Read"/> is given has to stand for an hour.</summary>
    /// <param name="time">Says how long something stands.</param>
    public OutboxSettledClock(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_time, _settled) = (time, (DateTimeOffset.UnixEpoch, time.GetTimestamp()));
    }

    /// <summary>For a store that knows the time from before: it goes on from there. One that other processes may have led into a jump does not know it.</summary>
    /// <param name="seen">The latest time that it knows of; the beginning of time for a new one.</param>
    /// <param name="now">What the clock says.</param>
    public void Begin(DateTimeOffset seen, DateTimeOffset now)
    {
        lock (_lock)
            _settled = (seen <= DateTimeOffset.UnixEpoch || seen > now ? now : seen, _time.GetTimestamp());
    }

    /// <summary>The time to forget by.</summary>
    /// <param name="now">What the clock says; if there are several, the earliest.</param>
    /// <returns>The same, or an earlier time.</returns>
    public DateTimeOffset Read(DateTimeOffset now)
    {
        lock (_lock)
        {
            var timestamp = _time.GetTimestamp();
            var own = _settled.Time + _time.GetElapsedTime(_settled.At, timestamp);
            var ahead = now - own;
            if ((ahead - _jump.Ahead).Duration() > Drift)
                _jump = (ahead, timestamp);
            if (ahead <= Drift || _time.GetElapsedTime(_jump.Since, timestamp) >= Proof)
                (_settled, _jump) = ((now > own || ahead > Drift ? now : own, timestamp), default);
            return now < own ? now : _settled.Time + _time.GetElapsedTime(_settled.At, timestamp);
        }
    }
}
