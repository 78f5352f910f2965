namespace TenantGateway;

/// <summary>Whether a request is within its tenant's limit.</summary>
/// <param name="IsGranted">Whether it is.</param>
/// <param name="Left">How many more there may be at once; null if nobody knows.</param>
/// <param name="Wait">If it is not: how long until one is.</param>
internal readonly record struct Admission(bool IsGranted, long? Left, TimeSpan Wait);
