namespace Resilience.Http;

/// <summary>So many permits a period.</summary>
public class QuotaRate
{
    // Beyond it no bucket is of use, and the arithmetic of the stores ends.
    private const double TenYears = 315_360_000;

    /// <summary>A rate; its permits must be set.</summary>
    public QuotaRate()
    {
    }

    /// <summary>A rate.</summary>
    /// <param name="permits">How many permits become free in each period.</param>
    /// <param name="period">The period.</param>
    /// <param name="burst">What an idle bucket holds; null for the permits of one period.</param>
    public QuotaRate(double permits, TimeSpan period, int? burst = null) => (Permits, Period, Burst) = (permits, period, burst);

    /// <summary>No limit: for partitions that have none.</summary>
    public static QuotaRate Unlimited { get; } = new(double.PositiveInfinity, TimeSpan.FromSeconds(1));

    /// <summary>How many permits become free in each period; more than zero. They become free one by one, not all at once. There is no default.</summary>
    public double Permits { get; set; }

    /// <summary>The period; more than zero. The default is one second.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many permits an idle bucket holds, 1 or more. The default is null: those of one period, at least 1.</summary>
    public int? Burst { get; set; }

    /// <summary>Whether all partitions share one bucket for it. A provider's rate never is. The default is false: each has its own.</summary>
    public bool IsShared { get; set; }

    /// <summary>Whether it is no limit at all.</summary>
    public bool IsUnlimited => double.IsPositiveInfinity(Permits);

    /// <summary>How many permits become free per second.</summary>
    public double PermitsPerSecond => Permits / Period.TotalSeconds;

    /// <summary>How many permits an idle bucket holds: <see cref="Burst"/>, or those of one period.</summary>
    public long BurstInForce => Burst ?? Math.Max(1, (long)Math.Min(Permits, int.MaxValue));

    /// <summary>Whether <see cref="Permits"/> and <see cref="Period"/> are more than zero, and the burst is at least 1 and filled within ten years.</summary>
    public bool IsValid => Permits > 0 && Period > TimeSpan.Zero && BurstInForce >= 1 && (IsUnlimited || BurstInForce / PermitsPerSecond <= TenYears);
}
