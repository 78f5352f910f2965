namespace Resilience.Http;

/// <summary>A client with an outbox.</summary>
internal sealed record OutboxClientName(string Value);
