using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>How the events of circuits are counted and logged. Partitions may be many, so that only logs name them.</summary>
internal sealed partial class CircuitBreakerTelemetry(ClientContext client)
{
    private readonly Counter<long> _transitions = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.circuit_breaker.transitions", "{transition}", "Changes of a circuit's state.");

    private readonly Counter<long> _rejections = client.Signals.Meter.CreateCounter<long>(
        "resilience.http.circuit_breaker.rejections", "{request}", "Requests that a circuit rejected.");

    public void Rejected(CircuitState state)
    {
        if (_rejections.Enabled)
            client.Signals.Count(_rejections, [new("resilience.http.client", client.Name), new("resilience.http.circuit.state", NameOf(state))]);
    }

    public void Changed(CircuitTransition transition)
    {
        if (_transitions.Enabled)
            client.Signals.Count(_transitions, [new("resilience.http.client", client.Name), new("resilience.http.circuit.state", NameOf(transition.To)), new("resilience.http.reason", transition.Reason.ToString())]);

        if (transition.To is CircuitState.Open)
            LogOpened(client.Logger, client.Name, transition.Circuit.Partition, transition.BreakDuration.GetValueOrDefault().TotalSeconds, transition.Reason);
        else if (transition.To is CircuitState.Isolated)
            LogIsolated(client.Logger, client.Name, transition.Circuit.Partition);
        else
            LogChanged(client.Logger, client.Name, transition.Circuit.Partition, transition.To, transition.Reason);
    }

    private static string NameOf(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        CircuitState.HalfOpen => "half_open",
        _ => "isolated",
    };

    [LoggerMessage(200, LogLevel.Warning, "Client '{Client}': the circuit for {Partition} opened for {Seconds:0.###} s ({Reason}).")]
    private static partial void LogOpened(ILogger logger, string client, string partition, double seconds, CircuitTransitionReason reason);

    [LoggerMessage(201, LogLevel.Warning, "Client '{Client}': the circuit for {Partition} is isolated until Close is called.")]
    private static partial void LogIsolated(ILogger logger, string client, string partition);

    [LoggerMessage(202, LogLevel.Information, "Client '{Client}': the circuit for {Partition} is now {State} ({Reason}).")]
    private static partial void LogChanged(ILogger logger, string client, string partition, CircuitState state, CircuitTransitionReason reason);
}
