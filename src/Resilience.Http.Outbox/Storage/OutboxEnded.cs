namespace Resilience.Http;

/// <summary>Which entries are old enough to be forgotten.</summary>
/// <param name="Client">The client.</param>
/// <param name="State">The state that they have ended in.</param>
/// <param name="Before">Those that ended earlier.</param>
public sealed record OutboxEnded(string Client, OutboxState State, DateTimeOffset Before);
