namespace Resilience.Http;

/// <summary>
/// The share of a bucket's rate that work gets which nobody waits for. It comes on top of the bucket's own permit, and has no burst: a backlog must not
/// empty the bucket under those who wait. Safe for concurrent use.
/// </summary>
internal sealed class BackgroundPace
{
    private long _next = long.MinValue;

    /// <summary>Takes the next slot, if it has come.</summary>
    /// <param name="pace">The pace of the bucket.</param>
    /// <param name="now">A timestamp.</param>
    /// <returns>Zero if it was taken; else the time until it comes.</returns>
    public long Take(Pace pace, long now)
    {
        var interval = (long)Math.Min(pace.Interval / pace.Options.BackgroundShare, Pace.Longest);
        while (true)
        {
            var next = Volatile.Read(in _next);
            if (next > now)
                return next - now;
            if (Interlocked.CompareExchange(ref _next, Math.Max(next, now) + interval, next) == next)
                return 0;
        }
    }
}
