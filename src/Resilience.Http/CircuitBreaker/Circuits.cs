namespace Resilience.Http;

/// <summary>The circuits of one client, one per partition. Belongs to the client, so that it outlives the handlers.</summary>
internal sealed class Circuits : ICircuitOwner
{
    private readonly ClientContext _client;
    private readonly Live<CircuitBreakerOptions> _options;
    private readonly CircuitBreakerTelemetry _telemetry;
    private readonly Partitions<Circuit> _partitions;

    public Circuits(ClientContext client, Live<CircuitBreakerOptions> options)
    {
        (_client, _options, _telemetry) = (client, options, new(client));
        _partitions = new(key => new(key, options, client, this), client.Time);
    }

    public static Circuits Of(PolicyContext<CircuitBreakerOptions> context) => context.State(() => new Circuits(context.Client, context.Live));

    public IReadOnlyCollection<Circuit> All => [.. _partitions.All];

    public Circuit Of(Attempt attempt)
    {
        var options = _options.Value;
        return _partitions.Get(PartitionKey.Of(attempt, options.PartitionBy), attempt.ReachedAt, options.MaxPartitions, options.IdleEviction);
    }

    public CircuitOpenException RejectionBy(Circuit circuit)
    {
        var state = circuit.State;
        _telemetry.Rejected(state);
        return new(_client.Name, circuit.Partition, state, circuit.RetryAfter) { Cause = circuit.Causes[(int)state] };
    }

    public Circuit? Find(in PartitionKey key) => _partitions.Find(key);

    public Circuit Keep(Circuit circuit) => _partitions.Keep(circuit, _client.Time.GetTimestamp(), _options.Value.MaxPartitions);

    /// <summary>The circuit of a partition, which may not have been called yet.</summary>
    public Circuit Named(string partition)
    {
        var (options, known, chosen) = (_options.Value, _partitions.All.Select(static circuit => ((IPartitionState)circuit).Key).ToArray(), PartitionKey.Named(partition));
        var key = known.Where(key => key.ToString() == partition).Concat(known.Where(key => key == chosen))
            .Append(options.PartitionBy is null ? Addressed(partition, known) : PartitionKey.Printed(partition)).First();
        return _partitions.Get(key, _client.Time.GetTimestamp(), options.MaxPartitions, options.IdleEviction);
    }

    // A host may have been called by another scheme or port than that of the base address, which is what is meant.
    private PartitionKey Addressed(string partition, IEnumerable<PartitionKey> known)
        => known.Prepend(PartitionKey.OfAuthority(_client.HttpClient.BaseAddress)).Where(key => key.ToString() == partition || key.IsAt(partition)).Append(PartitionKey.Parse(partition)).First();

    void ICircuitOwner.OnTransition(CircuitTransition transition)
    {
        _telemetry.Changed(transition);
        _client.Signals.Guard(_options.Value.OnStateChange, transition);
        _client.Publish(transition);
    }
}
