namespace Resilience.Http;

/// <summary>What a provider said, and whether it has failed since.</summary>
internal readonly record struct QuotaAnswer(QuotaRate? Rate, bool HasFailed);
