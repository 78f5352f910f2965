namespace Resilience.Http;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371): the level of a bucket is one number, the time when it will be full again. Each permit moves
/// that time by one interval. A permit is free while the time is at most the tolerance ahead.
/// </summary>
internal struct Gcra(long full)
{
    private long _full = full;
    private long _pausedUntil = long.MinValue;

    public readonly long Full => Volatile.Read(in _full);

    public readonly long PausedUntil => Volatile.Read(in _pausedUntil);

    public bool TryTake(Pace pace, long now, int permits)
    {
        var needed = Math.Min(pace.Cost(Math.Max(permits, 1)), pace.Tolerance);
        while (true)
        {
            var full = Full;
            var from = Math.Max(full, now);
            if (from - now > pace.Tolerance - needed)
                return false;

            if (Interlocked.CompareExchange(ref _full, from + pace.Cost(permits), full) == full)
                return true;
        }
    }

    /// <summary>When the last of these permits becomes free.</summary>
    public readonly long Slot(Pace pace, long permits) => Full - pace.Tolerance + pace.Cost(permits);

    public readonly int Level(Pace pace, long now) => (int)(Credit(pace, Full, now) / pace.Interval);

    /// <summary>Grants the first permit at that time and the others at the rate, without a burst.</summary>
    public void Pause(Pace pace, long until)
    {
        Raise(ref _pausedUntil, until);
        Raise(ref _full, FullAfterPause(pace, until));
    }

    /// <summary>Keeps the permits in the bucket, as far as the new pace has room for them.</summary>
    public void Rescale(Pace from, Pace to, long now)
    {
        long full, rescaled;
        do
        {
            full = Full;
            var credit = Int128.Min((Int128)Credit(from, full, now) * to.Interval / from.Interval, to.Tolerance);
            rescaled = now + to.Tolerance - (long)credit;
            if (PausedUntil is var until && until > now)
                rescaled = Math.Max(rescaled, FullAfterPause(to, until));
        }
        while (Interlocked.CompareExchange(ref _full, rescaled, full) != full);
    }

    private static long Credit(Pace pace, long full, long now) => Math.Max(pace.Tolerance - Math.Max(full - now, 0), 0);

    private static long FullAfterPause(Pace pace, long until) => until + pace.Tolerance - pace.Interval;

    private static void Raise(ref long value, long atLeast)
    {
        var seen = Volatile.Read(in value);
        while (seen < atLeast && Interlocked.CompareExchange(ref value, atLeast, seen) is var found && found != seen)
            seen = found;
    }
}
