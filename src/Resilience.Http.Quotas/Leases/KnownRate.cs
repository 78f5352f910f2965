namespace Resilience.Http;

/// <summary>What the provider said of a partition last, and whether it has failed since.</summary>
internal readonly record struct KnownRate(QuotaRate? Rate, bool HasFailed);
