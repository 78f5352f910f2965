namespace Resilience.Http;

/// <summary>What counts while the store does not answer.</summary>
public enum QuotaFallback
{
    /// <summary>
    /// Each instance goes on at the rate that it was last granted, and within 30 s changes over to an equal share of the limit. If all instances have lost the
    /// store, the limit still holds; if k of n have, up to 1 + k ÷ n of it is used, as the others still share the whole. Of a limit that all partitions share,
    /// each has an equal share from the start.
    /// </summary>
    SafeShare,

    /// <summary>Everything is permitted: the limit does not hold.</summary>
    FailOpen,

    /// <summary>Nothing is permitted.</summary>
    FailClosed,
}
