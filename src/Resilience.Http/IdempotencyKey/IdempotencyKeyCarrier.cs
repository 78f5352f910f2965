namespace Resilience.Http;

/// <summary>Where a request carries its idempotency key.</summary>
public enum IdempotencyKeyCarrier
{
    /// <summary>In a header, which the policy writes.</summary>
    Header,

    /// <summary>
    /// In the body, which the caller writes. The policy writes nothing and takes the caller's word: <c>SetIdempotencyKey</c> names the key, and a request
    /// without one is rejected.
    /// </summary>
    Body,
}
