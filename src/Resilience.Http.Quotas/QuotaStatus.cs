namespace Resilience.Http;

/// <summary>What this instance has of the quota of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Level">The permits that it holds and has not used.</param>
/// <param name="Waiting">How many attempts wait for one.</param>
/// <param name="GrantedPerSecond">How many permits a second it was granted lately.</param>
/// <param name="IsFallback">Whether the store did not answer when it was asked last, so that <see cref="QuotaOptions.Fallback"/> counts.</param>
/// <param name="Pauses">The servers that have asked this instance or another for a pause.</param>
public sealed record QuotaStatus(string Partition, long Level, int Waiting, double GrantedPerSecond, bool IsFallback, IReadOnlyList<QuotaPause> Pauses)
{
    /// <summary>The limits that counted when the store was asked last; empty if there are none.</summary>
    public IReadOnlyList<QuotaLimit> Limits { get; init; } = [];
}
