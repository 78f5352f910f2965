namespace Resilience.Http;

/// <summary>One change of a circuit's state.</summary>
/// <param name="Circuit">The circuit, as it is now.</param>
/// <param name="From">The state that ended.</param>
/// <param name="To">The state that began.</param>
/// <param name="Reason">What caused it.</param>
/// <param name="At">When, by the wall clock; breaks themselves are measured by the monotonic clock.</param>
/// <param name="BreakDuration">How long the break that began will be, jitter and server's advice included; null unless <paramref name="To"/> is <see cref="CircuitState.Open"/>.</param>
public readonly record struct CircuitTransition(
    Circuit Circuit, CircuitState From, CircuitState To, CircuitTransitionReason Reason, DateTimeOffset At, TimeSpan? BreakDuration);
