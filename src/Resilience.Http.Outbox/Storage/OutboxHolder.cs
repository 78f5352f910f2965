namespace Resilience.Http;

/// <summary>Who holds the lease of an entry.</summary>
public enum OutboxHolder
{
    /// <summary>Nobody: it can be claimed once it is due.</summary>
    Nobody,

    /// <summary>The caller whose own call is under way.</summary>
    Caller,

    /// <summary>A drain.</summary>
    Drain,
}
