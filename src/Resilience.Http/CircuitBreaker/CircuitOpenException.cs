namespace Resilience.Http;

/// <summary>
/// A request was not sent, because the circuit of its partition is open, isolated, or lets only probes through.
/// <see cref="ResilienceException.RetryAfter"/> is what is left of the break; null if the circuit is not open.
/// </summary>
public sealed class CircuitOpenException : ResilienceException
{
    /// <summary>A rejection by a circuit.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="partition">What the circuit protects.</param>
    /// <param name="state">The state that the circuit is in.</param>
    /// <param name="retryAfter">What is left of the break; null if the circuit is not open.</param>
    public CircuitOpenException(string client, string partition, CircuitState state, TimeSpan? retryAfter)
        : base(string.Empty, OutcomeKind.CircuitOpen) => (Client, Partition, State, RetryAfter) = (client, partition, state, retryAfter);

    /// <summary>The name of the client; empty for handlers that are used without a container.</summary>
    public string Client { get; }

    /// <summary>What the circuit protects: an authority, or the name that the options or the request chose.</summary>
    public string Partition { get; }

    /// <summary>The state that the circuit was in.</summary>
    public CircuitState State { get; }

    // Made when it is read: most rejections are never looked at.
    /// <inheritdoc/>
    public override string Message => Explain(Again, Wait);

    internal override string Detail => Explain(again: "", wait: "");

    private string Explanation => State switch
    {
        CircuitState.Isolated => "is isolated; call Close to admit requests again",
        CircuitState.Open => "is open after too many failures",
        _ => "is half-open and its probes are under way; try again when they have shown whether the server has recovered",
    };

    private string Explain(string again, string wait)
        => $"Client '{Client}': the request was not sent{again}, because the circuit for {LogText.OneLine(Partition)} {Explanation}{wait}.";
}
