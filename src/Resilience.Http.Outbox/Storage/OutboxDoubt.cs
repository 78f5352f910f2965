namespace Resilience.Http;

/// <summary>Why a reconciler has to be asked before an entry is sent again.</summary>
public enum OutboxDoubt
{
    /// <summary>It has not: the key tells.</summary>
    None,

    /// <summary>The key does not tell whether the call was done.</summary>
    Outcome,

    /// <summary>The server replays the failure that it has stored for the key: if the call was not done, it needs a new one.</summary>
    Key,
}
