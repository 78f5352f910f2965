namespace Resilience.Http;

/// <summary>Rejects everything until <see cref="Circuit.Close"/> is called.</summary>
internal sealed class IsolatedPhase() : CircuitPhase(CircuitState.Isolated, openings: 0);
