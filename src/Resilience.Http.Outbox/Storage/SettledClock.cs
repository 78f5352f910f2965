namespace Resilience.Http;

/// <summary>
/// The time by which things are forgotten for good. A clock that is ahead for a moment makes keys older, which is safe, and would also have the store forget what it must not: so this one follows a jump only
/// when that has stood for an hour. Safe for concurrent use.
/// </summary>
internal sealed class SettledClock(TimeProvider time)
{
    private static readonly TimeSpan Proof = TimeSpan.FromHours(1);
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private (DateTimeOffset Time, long At)? _settled;
    private (TimeSpan Ahead, long Since) _jump;

    /// <param name="seen">The latest time that the store knows of from before; the beginning of time for a new one.</param>
    /// <param name="now">What the clock says.</param>
    public void Begin(DateTimeOffset seen, DateTimeOffset now)
    {
        lock (_lock)
            _settled ??= (seen <= DateTimeOffset.UnixEpoch || seen > now ? now : seen, time.GetTimestamp());
    }

    /// <param name="now">What the clock says; if there are several, the earliest.</param>
    public DateTimeOffset Read(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_settled is not { } settled)
                return DateTimeOffset.UnixEpoch;

            var timestamp = time.GetTimestamp();
            var own = settled.Time + time.GetElapsedTime(settled.At, timestamp);
            var ahead = now - own;
            if ((ahead - _jump.Ahead).Duration() > Drift)
                _jump = (ahead, timestamp);
            if (ahead <= Drift || time.GetElapsedTime(_jump.Since, timestamp) >= Proof)
                (_settled, _jump) = ((now > own || ahead > Drift ? now : own, timestamp), default);
            return now < own ? now : _settled.Value.Time + time.GetElapsedTime(_settled.Value.At, timestamp);
        }
    }
}
