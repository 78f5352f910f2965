namespace Resilience.Http;

/// <summary>Whether a circuit lets attempts through.</summary>
public enum CircuitState
{
    /// <summary>Calls go through and their outcomes are counted.</summary>
    Closed,

    /// <summary>Calls are rejected until the break is over.</summary>
    Open,

    /// <summary>The break is over: a few probes are sent, other attempts are rejected until the probes have succeeded or failed.</summary>
    HalfOpen,

    /// <summary>Calls are rejected until <see cref="Circuit.Close"/> is called.</summary>
    Isolated,
}
