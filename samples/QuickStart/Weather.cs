namespace QuickStart;

/// <summary>How the upstream behaves at a time.</summary>
internal enum Weather
{
    Fair,
    RateLimit,
    BurstsOf503,
    Resets,
    Stalls,
    Outage,
}
