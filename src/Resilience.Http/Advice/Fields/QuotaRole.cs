namespace Resilience.Http;

/// <summary>What a field says about a quota.</summary>
internal enum QuotaRole
{
    Limit,
    Remaining,

    /// <summary>When it resets, in any form.</summary>
    Reset,

    /// <summary>In how many seconds it resets.</summary>
    ResetAfter,

    /// <summary>How many seconds lie between two refills.</summary>
    Interval,
}
