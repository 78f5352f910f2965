namespace Resilience.Http;

/// <summary>What is taken of a bucket.</summary>
/// <param name="Own">The permits of its own limit.</param>
/// <param name="Further">Those of its further limits; null if it has none, and no costs either.</param>
internal readonly record struct PermitCost(int Own, LimitCost[]? Further = null)
{
    /// <summary>Whether the own limit does not count. It does for no permits: that asks whether one is free.</summary>
    public bool PassesOwn { get; init; }

    /// <summary>Whether no limit counts.</summary>
    public bool IsNothing => PassesOwn && Further is [];
}
