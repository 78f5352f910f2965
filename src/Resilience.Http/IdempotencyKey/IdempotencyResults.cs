namespace Resilience.Http;

/// <summary>Which results a server stores for an idempotency key, and so what a repetition gets.</summary>
public enum IdempotencyResults
{
    /// <summary>The first result once processing has begun, a 500 too: the same key never gets another.</summary>
    All,

    /// <summary>Successes only. After a failure the request is executed again, so a 5xx that came after the effect is not covered by the key.</summary>
    Successes,

    /// <summary>None: a repetition gets the present state of what the first one made.</summary>
    LatestStatus,

    /// <summary>Successes; what failed or was left half done is resumed, so that a repetition is safe.</summary>
    Resumed,
}
