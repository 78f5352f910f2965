namespace Resilience.Http;

/// <summary>
/// A circuit between two transitions. Every transition makes a new one, so its identity is the generation of the calls that started in it.
/// </summary>
internal abstract class CircuitPhase(CircuitState state, int openings)
{
    private long _advisedUntil = long.MinValue;

    public CircuitState State => state;

    /// <summary>Breaks in a row without a close between them.</summary>
    public int Openings => openings;

    /// <summary>The last transitions, the one that began this phase at the end. Part of the phase, so that one swap changes both.</summary>
    public IReadOnlyList<CircuitTransition> History { get; set; } = [];

    /// <summary>The latest instant to which a failure in this phase asked to hold off.</summary>
    public long AdvisedUntil => Volatile.Read(ref _advisedUntil);

    /// <summary>Whether a call may go out. By default none may, and so there is nothing to record either.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="attempt">The attempt to make it; null if it is not known.</param>
    public virtual bool TryEnter(long now, Attempt? attempt = null) => false;

    /// <summary>Counts a verdict and returns the reason for leaving this phase, if it is one.</summary>
    public virtual CircuitTransitionReason? Record(long started, CircuitVerdict verdict, long now, CircuitBreakerOptions options) => null;

    public void Advise(long until)
    {
        var seen = AdvisedUntil;
        while (until > seen && Interlocked.CompareExchange(ref _advisedUntil, until, seen) is var found && found != seen)
            seen = found;
    }
}
