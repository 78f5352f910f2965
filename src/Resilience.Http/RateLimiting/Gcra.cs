namespace Resilience.Http;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371): the level of a bucket is one number, the time when it will be full again. Each permit moves
/// that time by one interval. A permit is free while the time is at most the tolerance ahead. Safe for concurrent use, but for changes of pace.
/// </summary>
internal struct Gcra(Pace pace, long full)
{
    // Stands in place of the time while a thread converts it to another pace.
    private const long Converting = long.MaxValue;

    private const long MaxDebt = Pace.Longest * 2;

    private Pace _pace = pace;
    private long _full = full;
    private int _changes;
    private long _pausedUntil = long.MinValue;

    public readonly Pace Pace => Volatile.Read(in _pace);

    public readonly long Full => Volatile.Read(in _full) is var full && full != Converting ? full : FullOnceConverted();

    public readonly long PausedUntil => Volatile.Read(in _pausedUntil);

    public bool TryTake(long now, int permits)
    {
        // Whoever loses to another thread leaves it a moment: threads that take the number from each other each time are slower than in turns.
        for (var spin = default(SpinWait); ; spin.SpinOnce(sleep1Threshold: -1))
        {
            var (full, pace) = Read();
            var needed = Math.Min(pace.Cost(Math.Max(permits, 1)), pace.Tolerance);
            var from = Math.Max(full, now);
            if (from - now > pace.Tolerance - needed)
                return false;

            if (Interlocked.CompareExchange(ref _full, from + pace.Cost(permits), full) == full)
                return true;
        }
    }

    /// <summary>Whether so many permits are free, or the bucket is full if they are more than a burst.</summary>
    public readonly bool Has(long now, int permits) => Slot(0, Math.Max(permits, 1)) <= now;

    /// <summary>Takes permits, be there any or not: later callers pay for them. Fewer than none come back.</summary>
    public void Charge(long now, long permits)
    {
        long full, charged;
        do
        {
            (full, var pace) = Read();
            charged = permits > 0
                ? Math.Max(Math.Min(Math.Max(full, now) + pace.Cost(permits), now + MaxDebt), full)
                : Math.Max(full - pace.Cost(-permits), Math.Min(full, now));
        }
        while (Interlocked.CompareExchange(ref _full, charged, full) != full);
    }

    /// <summary>When so many permits become free behind others; more than a burst as soon as the bucket is full.</summary>
    public readonly long Slot(long ahead, int permits)
    {
        var (full, pace) = Read();
        return full + pace.Cost(ahead) - pace.Tolerance + Math.Min(pace.Cost(permits), pace.Tolerance);
    }

    public readonly int Level(long now)
    {
        var (full, pace) = Read();
        return (int)(Credit(pace, full, now) / pace.Interval);
    }

    /// <summary>Grants the first permit at that time and the others at the rate, without a burst. Pauses are changed by one thread at a time.</summary>
    public void Pause(long until)
    {
        Volatile.Write(ref _pausedUntil, Math.Max(until, _pausedUntil));
        long full, atLeast;
        do
        {
            (full, var pace) = Read();
            atLeast = FullAfterPause(pace, until);
        }
        while (full < atLeast && Interlocked.CompareExchange(ref _full, atLeast, full) != full);
    }

    /// <summary>Has a pause end sooner, for a bucket that only holds it.</summary>
    public void ShortenPause(long to) => CutPause(to, pace => FullAfterPause(pace, to));

    /// <summary>Full at once, for a bucket that only holds a pause.</summary>
    public void EndPause(long now) => CutPause(now, _ => now);

    /// <summary>Keeps the permits in the bucket, and its debt, in proportion to the burst. One thread at a time.</summary>
    public void ChangePace(Pace to, long now)
    {
        var (full, from) = (Interlocked.Exchange(ref _full, Converting), _pace);
        Volatile.Write(ref _changes, _changes + 1);
        var converted = PausedUntil is var until && until > now
            ? FullAfterPause(to, until) + Scaled(full - FullAfterPause(from, until), to.Interval, from.Interval)
            : now + (to.IsUnlimited ? 0 : Scaled(full - now, to.Tolerance, from.Tolerance));
        Volatile.Write(ref _pace, to);
        Volatile.Write(ref _full, converted);
    }

    private void CutPause(long to, Func<Pace, long> fullAt)
    {
        Volatile.Write(ref _pausedUntil, to);
        for (var (full, pace) = Read(); full > fullAt(pace) && Interlocked.CompareExchange(ref _full, fullAt(pace), full) != full; (full, pace) = Read())
        {
        }
    }

    // Rounded up, so that no permit comes from it.
    private static long Scaled(long missing, long to, long from)
        => (long)Int128.Min((((Int128)Math.Max(missing, 0) * to) + from - 1) / from, Pace.Longest);

    // The time means something only with the pace it was counted in. Two changes, there and back, can leave the same time behind: so the
    // changes are counted, and one between the two reads is seen.
    private readonly (long Full, Pace Pace) Read()
    {
        while (true)
        {
            var changes = Volatile.Read(in _changes);
            var (full, pace) = (Full, Pace);
            if (Volatile.Read(in _changes) == changes)
                return (full, pace);
        }
    }

    private static long Credit(Pace pace, long full, long now) => Math.Max(pace.Tolerance - Math.Max(full - now, 0), 0);

    private static long FullAfterPause(Pace pace, long until) => until + pace.Tolerance - pace.Interval;

    private readonly long FullOnceConverted()
    {
        long full;
        for (var spin = default(SpinWait); (full = Volatile.Read(in _full)) == Converting;)
            spin.SpinOnce();
        return full;
    }
}
