namespace Resilience.Http;

/// <summary>Why a circuit changed its state.</summary>
public enum CircuitTransitionReason
{
    /// <summary>Opened: the share of failures in the window reached <see cref="CircuitBreakerOptions.FailureRatio"/>.</summary>
    FailureRatio,

    /// <summary>Opened: <see cref="CircuitBreakerOptions.ConsecutiveFailures"/> attempts in a row failed.</summary>
    ConsecutiveFailures,

    /// <summary>Half-opened: the break was over when the next attempt came.</summary>
    BreakElapsed,

    /// <summary>Opened again: too many probes failed.</summary>
    ProbesFailed,

    /// <summary>Closed: so many probes succeeded that the others could no longer change the verdict.</summary>
    ProbesSucceeded,

    /// <summary><see cref="Circuit.Isolate"/> was called.</summary>
    IsolatedByHand,

    /// <summary><see cref="Circuit.Close"/> was called.</summary>
    ClosedByHand,
}
