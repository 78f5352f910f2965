namespace Resilience.Http;

/// <summary>What bounds the calls of a client.</summary>
/// <param name="time">The clock.</param>
/// <param name="isEnforcedElsewhere">Whether an outer timer ends a call at its deadline, so that attempts need not.</param>
/// <param name="headStart">How much earlier than the deadline that timer may fire, as it was started before the call came here.</param>
internal abstract class CallLimit(TimeProvider time, bool isEnforcedElsewhere, TimeSpan headStart)
{
    public TimeProvider Time { get; } = time;

    public bool IsEnforcedElsewhere { get; } = isEnforcedElsewhere;

    public TimeSpan HeadStart { get; } = headStart;

    /// <summary>What a call ends in that attempts have ended.</summary>
    public abstract Exception TimedOut(HttpRequestMessage request, Exception cause);
}
