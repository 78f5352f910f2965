namespace Resilience.Http;

/// <summary>Who keeps the circuits of a client, and hears of their changes.</summary>
internal interface ICircuitOwner
{
    void OnTransition(CircuitTransition transition);

    /// <summary>The circuit that serves a partition; null if there is none.</summary>
    Circuit? Find(in PartitionKey key);

    /// <summary>Puts a circuit in service that may have been forgotten.</summary>
    /// <returns>The one that serves the partition now: this, or one that has taken its place.</returns>
    Circuit Keep(Circuit circuit);
}
