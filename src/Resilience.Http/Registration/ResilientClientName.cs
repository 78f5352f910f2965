namespace Resilience.Http;

/// <summary>Says in the service collection that a client of this name is resilient.</summary>
internal sealed record ResilientClientName(string Value);
