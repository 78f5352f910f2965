namespace Resilience.Http;

/// <summary>The circuits of one client, one per partition. Belongs to the client, so that it outlives the handlers.</summary>
internal sealed class Circuits
{
    private readonly ResilientClient _client;
    private readonly Live<CircuitBreakerOptions> _options;
    private readonly CircuitBreakerTelemetry _telemetry;
    private readonly Partitions<Circuit> _partitions;

    public Circuits(ResilientClient client, Live<CircuitBreakerOptions> options)
    {
        (_client, _options, _telemetry) = (client, options, new(client));
        _partitions = new(key => new(key, options, client.Time, client.Chance.NextDouble, OnTransition), client.Time);
    }

    public IReadOnlyCollection<Circuit> All => [.. _partitions.All];

    public Circuit Of(HttpRequestMessage request, long now)
    {
        var options = _options.Value;
        return _partitions.Get(PartitionKey.Of(request, options.PartitionBy), now, options.MaxPartitions, options.IdleEviction);
    }

    public CircuitOpenException Refuse(Circuit circuit)
    {
        var refusal = new CircuitOpenException(_client.Name, circuit.Partition, circuit.State, circuit.RetryAfter);
        _telemetry.Refused(refusal.State);
        return refusal;
    }

    private void OnTransition(CircuitTransition transition)
    {
        _telemetry.Changed(transition);
        _client.Signals.Guard(_client.Logger, _options.Value.OnStateChange, transition);
    }
}
