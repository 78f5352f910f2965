namespace Resilience.Http;

/// <summary>Refuses everything until it is ended by hand.</summary>
internal sealed class IsolatedPhase() : CircuitPhase(CircuitState.Isolated, openings: 0);
