namespace Resilience.Http;

/// <summary>What a response field advises about.</summary>
internal enum AdviceFieldKind
{
    /// <summary>A field of a family with limit, remaining and reset; or nothing at all.</summary>
    None,
    RetryAfter,
    Milliseconds,
    ShouldRetry,
    TransientError,
    Replayed,
    RateLimit,
    RateLimitPolicy,
    CallLimit,
}
