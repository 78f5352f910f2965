namespace Resilience.Http;

/// <summary>What a store answers.</summary>
/// <param name="Granted">How many of the permits were granted, from 0 to what was asked for.</param>
/// <param name="Wait">How long the next permit takes at least; zero if one is free.</param>
public sealed record QuotaGrant(long Granted, TimeSpan Wait)
{
    /// <summary>How many more permits are free, by the tightest of the limits, after this grant; null if the store does not say, or there is no limit.</summary>
    public long? Left { get; init; }

    /// <summary>The servers that have asked for a pause.</summary>
    public IReadOnlyList<QuotaPause> Pauses { get; init; } = [];

    /// <summary>How many instances asked within the last 3 seconds; null if the request did not name its own.</summary>
    public int? Instances { get; init; }
}
