namespace Resilience.Http;

/// <summary>What an instance asks a store for.</summary>
/// <param name="Quota">The name of the quota: instances are counted per quota.</param>
/// <param name="Key">Whose permits they are: pauses are kept per key.</param>
/// <param name="Limits">The limits that are taken together, or not at all.</param>
/// <param name="Wanted">How many permits, 1 or more.</param>
public sealed record QuotaRequest(string Quota, string Key, IReadOnlyList<QuotaLimit> Limits, long Wanted)
{
    /// <summary>Permits of an earlier lease that are given back with this one; less than zero for a debt.</summary>
    public long Returned { get; init; }

    /// <summary>Who asks, if the store is to count it among the instances of the quota; null if it was counted less than a second ago.</summary>
    public string? Instance { get; init; }
}
