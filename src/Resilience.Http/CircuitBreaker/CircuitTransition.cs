namespace Resilience.Http;

/// <summary>One change of a circuit's state.</summary>
public sealed class CircuitTransition : ClientEvent
{
    internal CircuitTransition(ClientContext client, Circuit circuit, CircuitState from, CircuitState to, CircuitTransitionReason reason, TimeSpan? breakDuration)
        : base(client, circuit.Partition) => (Circuit, From, To, Reason, BreakDuration) = (circuit, from, to, reason, breakDuration);

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
