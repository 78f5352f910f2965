namespace TenantGateway;

/// <summary>What happens during a run, in milliseconds of Unix time.</summary>
/// <param name="Upgraded">When the file said that a tenant has another plan.</param>
/// <param name="Revoked">When the file did not have a key any more.</param>
internal sealed record Events(long Upgraded, long Revoked);
