namespace Resilience.Http;

/// <summary>Rejects everything until the break is over.</summary>
internal sealed class OpenPhase(int openings, long until) : CircuitPhase(CircuitState.Open, openings)
{
    public long Until => until;

    /// <summary>
    /// Twice as long with each opening in a row up to the bound, at least as long as the server asked for, and longer by chance:
    /// jitter comes last, or a fleet that has reached the bound would probe in step.
    /// </summary>
    public static TimeSpan BreakDuration(CircuitBreakerOptions options, int openings, TimeSpan advised, double sample)
    {
        var own = Math.Min(options.MaxBreakDuration.Ticks, options.BreakDuration.Ticks * Math.Pow(2, openings - 1));
        return TimeSpan.FromTicks((long)(Math.Max(own, advised.Ticks) * (1 + (options.BreakJitter * sample))));
    }
}
