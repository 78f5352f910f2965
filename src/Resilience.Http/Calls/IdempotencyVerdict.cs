namespace Resilience.Http;

/// <summary>What a failure says about the idempotency key of its request.</summary>
public enum IdempotencyVerdict
{
    /// <summary>Nothing: it is about something else.</summary>
    None,

    /// <summary>An earlier request with the key is still being processed: wait, then send the same again.</summary>
    InFlight,

    /// <summary>
    /// A request with the key was processed before. After an attempt whose outcome is unknown, that was this one; on a first attempt it was another, and this is a
    /// failure.
    /// </summary>
    Done,

    /// <summary>It is processed or being processed, and nobody says which: only asking the server helps.</summary>
    Unknown,

    /// <summary>The key was used with another request. Neither this key nor a new one helps.</summary>
    Mismatch,
}
