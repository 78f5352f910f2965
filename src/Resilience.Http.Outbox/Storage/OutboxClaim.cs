namespace Resilience.Http;

/// <summary>What a drain wants to send next.</summary>
/// <param name="Client">The client.</param>
/// <param name="Destination">The destination.</param>
/// <param name="Limit">How many at most, from 1 to 256.</param>
/// <param name="Lease">For how long they are its own.</param>
/// <param name="IsOrderBlocked">Whether a dead letter holds up those with the same ordering key.</param>
public sealed record OutboxClaim(string Client, string Destination, int Limit, TimeSpan Lease, bool IsOrderBlocked);
