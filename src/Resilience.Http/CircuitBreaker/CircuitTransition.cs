namespace Resilience.Http;

/// <summary>One change of a circuit's state.</summary>
public sealed class CircuitTransition : ClientEvent
{
    /// <summary>A change made for a test of what hears of it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="circuit">The circuit, of <see cref="ResilientClientInfo.GetCircuit"/> for example.</param>
    /// <param name="from">The state that ended.</param>
    /// <param name="to">The state that began.</param>
    /// <param name="reason">What caused it.</param>
    /// <param name="breakDuration">How long the break will be; null unless it is one.</param>
    public CircuitTransition(ClientContext client, Circuit circuit, CircuitState from, CircuitState to, CircuitTransitionReason reason, TimeSpan? breakDuration = null)
        : base(client, circuit?.Partition ?? throw new ArgumentNullException(nameof(circuit))) => (Circuit, From, To, Reason, BreakDuration) = (circuit, from, to, reason, breakDuration);

    /// <summary>The circuit, as it is now.</summary>
    public Circuit Circuit { get; }

    /// <summary>The state that ended.</summary>
    public CircuitState From { get; }

    /// <summary>The state that began.</summary>
    public CircuitState To { get; }

    /// <summary>What caused it.</summary>
    public CircuitTransitionReason Reason { get; }

    /// <summary>How long the break that began will be, jitter and server's advice included; null unless <see cref="To"/> is <see cref="CircuitState.Open"/>.</summary>
    public TimeSpan? BreakDuration { get; }

    /// <summary>The partition, both states and the reason.</summary>
    /// <returns>Such as <c>https://api.example.com:443: Closed → Open (FailureRatio)</c>.</returns>
    public override string ToString() => $"{Partition}: {From} → {To} ({Reason})";
}
