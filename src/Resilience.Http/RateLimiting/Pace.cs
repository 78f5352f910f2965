namespace Resilience.Http;

/// <summary>A rate and a burst in the units of the clock, and the further limits that go with them.</summary>
internal sealed class Pace
{
    /// <summary>A timestamp and three of these fit into a <see cref="long"/>.</summary>
    public const long Longest = long.MaxValue >> 2;

    // In seconds.
    private const double TimerLag = 0.015;

    public Pace(TokenBucketOptions options, long frequency)
        : this(options, options.PermitsPerSecond, options.Burst ?? Math.Max(1, (int)options.PermitsPerSecond), frequency)
        => (Limits, HasCosts) = ([.. options.Limits.Select(limit => new LimitPace(limit.Key, limit.Value, new(options, limit.Value, frequency)))], options.CostOf is not null || options.ActualCostOf is not null);

    private Pace(TokenBucketOptions options, QuotaRate rate, long frequency)
        : this(options, rate.PermitsPerSecond, (int)Math.Min(rate.BurstInForce, int.MaxValue), frequency)
    {
    }

    private Pace(TokenBucketOptions options, double permitsPerSecond, int burst, long frequency)
        : this(options, (long)Math.Clamp(Math.Ceiling(frequency / permitsPerSecond), 1, Longest), burst)
        => PermitsPerSecond = permitsPerSecond;

    private Pace(TokenBucketOptions options, long interval, int burst)
    {
        (Options, Burst, Interval) = (options, burst, interval);
        Tolerance = Cost(Burst);
    }

    /// <summary>The options that it was made from.</summary>
    public TokenBucketOptions Options { get; }

    /// <summary>As it was asked for, before it was rounded.</summary>
    public double PermitsPerSecond { get; private init; }

    public int Burst { get; }

    /// <summary>The time between two permits, rounded up so that the rate is never exceeded.</summary>
    public long Interval { get; }

    /// <summary>The time in which an empty bucket fills.</summary>
    public long Tolerance { get; }

    /// <summary>Whether there is a permit at any time.</summary>
    public bool IsUnlimited => Interval == 1 && Burst == int.MaxValue;

    /// <summary>The further limits.</summary>
    public IReadOnlyList<LimitPace> Limits { get; private init; } = [];

    /// <summary>Whether attempts may take another number of permits than one.</summary>
    public bool HasCosts { get; private init; }

    /// <summary>The same without further limits and costs.</summary>
    public Pace Bare => Limits.Count == 0 && !HasCosts ? this : field ??= new(Options, Interval, Burst);

    /// <summary>
    /// The part of the rate that work in the background gets, without further limits and without a burst: of no more than what a timer that fires late lets pass.
    /// </summary>
    public Pace InBackground => IsUnlimited ? Bare : field ??= new(Options, (long)Math.Min(Interval / Options.BackgroundShare, Longest), Math.Max((int)(PermitsPerSecond * Options.BackgroundShare * TimerLag), 1));

    /// <summary>The same with more time between two permits, and without further limits.</summary>
    public Pace Slower(long interval) => new(Options, Math.Clamp(interval, Interval, Longest), Burst);

    /// <summary>The same at the rate of one partition.</summary>
    public Pace Of(QuotaRate rate, long frequency) => new(Options, rate, frequency) { Limits = Limits, HasCosts = HasCosts };

    public long Cost(long permits) => permits == 1 ? Interval : CostOfMany(permits);

    // A method of its own, so that the one above is inlined: most takes ask for one permit.
    private long CostOfMany(long permits) => (long)Int128.Min((Int128)Interval * permits, Longest);
}
