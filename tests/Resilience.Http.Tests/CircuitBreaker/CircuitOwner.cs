namespace Resilience.Http.Tests;

/// <summary>Keeps nothing, and passes changes on.</summary>
internal sealed class CircuitOwner(Action<CircuitTransition> onTransition) : ICircuitOwner
{
    public void OnTransition(CircuitTransition transition) => onTransition(transition);

    public Circuit? Find(in PartitionKey key) => null;

    public Circuit Keep(Circuit circuit) => circuit;
}
