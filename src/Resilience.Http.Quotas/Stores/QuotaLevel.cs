namespace Resilience.Http;

/// <summary>The level of a bucket, by the generic cell rate algorithm (ITU-T I.371): the time when it will be full.</summary>
/// <param name="Full">The time, in microseconds.</param>
/// <param name="Span">The time in which the bucket fills, by the limit that it was written with.</param>
internal readonly record struct QuotaLevel(long Full, double Span)
{
    // What rounding may take from a whole permit.
    private const double Hair = 1e-9;

    // What servers say a request has cost has no bound. Twice the longest span, 63 years, and far from what a time can hold.
    private const double MostMissing = 2e15;

    /// <summary>How far from full, in microseconds: in proportion if the limit has changed.</summary>
    public double MissingAt(long now, QuotaLimit limit)
        => Math.Max(Full - now, 0) is var missing && Span == limit.Span ? missing : missing * limit.Span / Span;

    public static double Return(double missing, QuotaLimit limit, long permits) => Math.Clamp(missing - (limit.Interval * permits), 0, MostMissing);

    public static long Free(double missing, QuotaLimit limit) => Math.Max((long)Math.Floor(((limit.Span - missing) / limit.Interval) + Hair), 0);

    /// <summary>The time until one permit is free after a grant, in microseconds.</summary>
    public static double Wait(double missing, QuotaLimit limit, long granted) => Math.Max(missing - limit.Span + (limit.Interval * (granted + 1)), 0);

    public static QuotaLevel After(double missing, QuotaLimit limit, long granted, long now)
        => new(now + (long)Math.Ceiling(missing + (limit.Interval * granted)), limit.Span);
}
