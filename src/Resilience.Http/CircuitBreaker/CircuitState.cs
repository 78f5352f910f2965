namespace Resilience.Http;

/// <summary>Whether a circuit lets calls through.</summary>
public enum CircuitState
{
    /// <summary>Calls go through and their outcomes are counted.</summary>
    Closed,

    /// <summary>Calls are refused until the break is over.</summary>
    Open,

    /// <summary>The break is over: a few probes go through, the rest is refused until they have shown how the upstream is.</summary>
    HalfOpen,

    /// <summary>Calls are refused until the circuit is closed by hand.</summary>
    Isolated,
}
