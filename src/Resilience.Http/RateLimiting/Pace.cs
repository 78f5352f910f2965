namespace Resilience.Http;

/// <summary>A rate and a burst in the units of the clock.</summary>
internal sealed class Pace
{
    /// <summary>A timestamp and three of these fit into a <see cref="long"/>.</summary>
    public const long Longest = long.MaxValue >> 2;

    public Pace(TokenBucketOptions options, long frequency)
    {
        Options = options;
        Burst = options.Burst ?? Math.Max(1, (int)options.PermitsPerSecond);
        Interval = (long)Math.Clamp(Math.Ceiling(frequency / options.PermitsPerSecond), 1, Longest);
        Tolerance = Cost(Burst);
    }

    private Pace(Pace own, long interval)
    {
        (Options, Burst, Interval) = (own.Options, own.Burst, Math.Clamp(interval, own.Interval, Longest));
        Tolerance = Cost(Burst);
    }

    /// <summary>The options that it was made from.</summary>
    public TokenBucketOptions Options { get; }

    public int Burst { get; }

    /// <summary>The time between two permits, rounded up so that the rate is never exceeded.</summary>
    public long Interval { get; }

    /// <summary>The time in which an empty bucket fills.</summary>
    public long Tolerance { get; }

    /// <summary>The same with more time between two permits.</summary>
    public Pace Slower(long interval) => new(this, interval);

    public long Cost(long permits) => permits == 1 ? Interval : CostOfMany(permits);

    // A method of its own, so that the one above is inlined: most takes ask for one permit.
    private long CostOfMany(long permits) => (long)Int128.Min((Int128)Interval * permits, Longest);
}
