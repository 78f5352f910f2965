namespace Resilience.Http;

/// <summary>A destination of a client that has something due.</summary>
/// <param name="Client">The client.</param>
/// <param name="Name">The partition or the authority.</param>
public readonly record struct OutboxDestination(string Client, string Name);
