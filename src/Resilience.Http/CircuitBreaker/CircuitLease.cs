namespace Resilience.Http;

/// <summary>The leave to send one call, to be handed back with its verdict once. The phase it names is the generation it belongs to.</summary>
internal readonly record struct CircuitLease(CircuitPhase Phase, long Started);
