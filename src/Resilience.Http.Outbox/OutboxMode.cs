namespace Resilience.Http;

/// <summary>When a call is kept.</summary>
public enum OutboxMode
{
    /// <summary>When it has failed for a reason that may pass. A process that is killed in the middle of a call loses it. Costs nothing while all is well.</summary>
    OnFailure,

    /// <summary>Before its first attempt: whatever becomes of the process, the call is made. Costs a commit before every call.</summary>
    WriteAhead,
}
