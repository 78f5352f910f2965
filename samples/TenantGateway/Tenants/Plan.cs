using System.Text.Json.Serialization;

namespace TenantGateway;

/// <summary>What a tenant has paid for: so many requests a period, and so many of them at once.</summary>
internal sealed record Plan(double Permits, TimeSpan Period, int Burst)
{
    private const int MostPermits = 1_000_000_000;

    [JsonIgnore]
    public QuotaRate Rate => new(Permits, Period, Burst);

    [JsonIgnore]
    public double PerSecond => Permits / Period.TotalSeconds;

    /// <summary>How many may be open at a time: as many as it may start in ten seconds, so that only those that stay open for longer ever count.</summary>
    [JsonIgnore]
    public int MostOpen => (int)Math.Min(Burst + Math.Ceiling(PerSecond * 10), int.MaxValue);

    /// <summary>How long an empty bucket takes to fill.</summary>
    [JsonIgnore]
    public TimeSpan FillTime => TimeFor(Burst);

    [JsonIgnore]
    public bool IsValid => Permits is > 0 and <= MostPermits && Period > TimeSpan.Zero && Burst is > 0 and <= MostPermits && Burst / PerSecond <= TimeSpan.FromDays(31).TotalSeconds;

    /// <summary>How long so many permits take to become free.</summary>
    public TimeSpan TimeFor(long permits) => TimeSpan.FromSeconds(permits / PerSecond);
}
