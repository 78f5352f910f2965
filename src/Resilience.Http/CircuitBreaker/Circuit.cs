namespace Resilience.Http;

/// <summary>
/// The circuit of one partition: decides which attempts may go out. It outlives handlers and keeps its state when options are reloaded.
/// Safe for concurrent use; takes no lock while closed.
/// </summary>
public sealed partial class Circuit : IPartitionState
{
    private const int HistoryLength = 10;

    private readonly PartitionKey _key;
    private readonly Live<CircuitBreakerOptions> _options;
    private readonly ClientContext _client;
    private readonly ICircuitOwner _owner;
    private volatile CircuitPhase _phase;

    internal Circuit(PartitionKey key, Live<CircuitBreakerOptions> options, ClientContext client, ICircuitOwner owner)
    {
        (_key, _options, _client, _owner) = (key, options, client, owner);
        _phase = new ClosedPhase(client.Time);
        Partition = key.ToString();
    }

    /// <summary>What it protects: an authority such as <c>https://api.example.com:443</c>, or the name that the options or the request chose.</summary>
    public string Partition { get; }

    /// <summary>The state now. An open circuit whose break is over stays open until the next attempt comes.</summary>
    public CircuitState State => _phase.State;

    /// <summary>The last ten changes of the state, the latest at the end.</summary>
    public IReadOnlyList<CircuitTransition> History => _phase.History;

    /// <summary>What is left of the break; null unless open, since nobody knows how long probes take or an isolation lasts.</summary>
    public TimeSpan? RetryAfter
        => _phase is OpenPhase open && _client.Time.GetTimestamp() is var now ? _client.Time.GetElapsedTime(now, Math.Max(now, open.Until)) : null;

    ref readonly PartitionKey IPartitionState.Key => ref _key;

    /// <summary>Why it rejects, by state.</summary>
    internal RejectionCause[] Causes => field ??= RejectionCause.OfEach<CircuitState>();

    long IPartitionState.LastUsed { get; set; }

    /// <summary>
    /// Rejects all attempts of the partition until <see cref="Close"/>. The results of attempts under way no longer count. An isolated circuit is never
    /// forgotten; one that was forgotten before is in service again.
    /// </summary>
    public void Isolate()
    {
        MoveByHand(new IsolatedPhase(), CircuitTransitionReason.IsolatedByHand);
        if (_owner.Keep(this) is var inService && inService != this)
            inService.Isolate();
    }

    /// <summary>Ends a break, a probing or an isolation, and forgets the failures that led to it. A closed circuit stays as it is.</summary>
    public void Close()
    {
        MoveByHand(new ClosedPhase(_client.Time), CircuitTransitionReason.ClosedByHand);
        if (_owner.Find(_key) is { } inService && inService != this)
            inService.Close();
    }

    /// <summary>A break that is over may go with its partition: hosts that are dead for good would else never be forgotten.</summary>
    Retention IPartitionState.RetentionAt(long now) => _phase switch
    {
        OpenPhase open when open.Until > now => Retention.WhileThereIsRoom,
        IsolatedPhase => Retention.Always,
        _ => Retention.None,
    };

    /// <summary>The partition and the state.</summary>
    /// <returns>Such as <c>https://api.example.com:443: Open</c>.</returns>
    public override string ToString() => $"{Partition}: {State}";

    private void MoveByHand(CircuitPhase to, CircuitTransitionReason reason)
    {
        for (var from = _phase; from.State != to.State && !Move(from, to, reason); from = _phase)
        {
        }
    }

    private bool Move(CircuitPhase from, CircuitPhase to, CircuitTransitionReason reason, TimeSpan? breakDuration = null)
    {
        var transition = new CircuitTransition(_client, this, from.State, to.State, reason, breakDuration);
        to.History = [.. from.History.TakeLast(HistoryLength - 1), transition];
        if (Interlocked.CompareExchange(ref _phase, to, from) != from)
            return false;

        _owner.OnTransition(transition);
        return true;
    }
}
