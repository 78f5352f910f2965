namespace Resilience.Http;

/// <summary>What a reconciler has found out.</summary>
public enum OutboxFinding
{
    /// <summary>Not known yet: it is asked again later.</summary>
    Unknown,

    /// <summary>The server has done it: the call is done.</summary>
    Exists,

    /// <summary>The server has not done it, and no attempt is under way: the call is made again. With the same key if that was too old, with a new one if the server replays a failure for it.</summary>
    Absent,
}
