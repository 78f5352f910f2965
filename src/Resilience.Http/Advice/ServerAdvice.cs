namespace Resilience.Http;

/// <summary>
/// What a server said about its limits and about trying again, besides the status: read once per response from all the fields and, where a
/// reader is registered, the body. What is absent or malformed is null, never zero. Immutable.
/// </summary>
public sealed record ServerAdvice
{
    /// <summary>
    /// The wait asked for outright: <c>retry-after-ms</c> or <c>x-ms-retry-after-ms</c> in milliseconds, else <c>Retry-After</c>
    /// (RFC 9110 §10.2.3), or a provider's body. From zero to <see cref="TimeSpan.MaxValue"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What <c>Stripe-Should-Retry</c> or <c>x-should-retry</c> says, before any rule about the status.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>Whether the answer is a stored one (<c>Idempotent-Replayed</c>): the same idempotency key would bring it again.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>Whether a limit turned the request away, unprocessed, although its status does not say so, as a 403 of GitHub may.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>Whether the wait is not the server's own but the least that its documentation asks for, to be doubled each time.</summary>
    internal bool IsMinimum { get; init; }

    /// <summary>The name of the tightest quota, as the server has it, such as <c>default</c> or <c>tokens</c>.</summary>
    public string? Quota { get; init; }

    /// <summary>How much the tightest quota holds, in the server's units.</summary>
    public long? Limit { get; init; }

    /// <summary>How much of it is left, in the server's units; 0 if it is exhausted.</summary>
    public long? Remaining { get; init; }

    /// <summary>The time, from the moment the response was sent, until more of the quota comes back or that what is left has to last.</summary>
    public TimeSpan? Reset { get; init; }

    /// <summary>Whether nothing is left of a quota, on whatever status.</summary>
    public bool IsExhausted => Remaining is 0;

    /// <summary>The wait before the next request: <see cref="RetryAfter"/>, else <see cref="Reset"/> of an exhausted quota.</summary>
    public TimeSpan? Delay => RetryAfter ?? (IsExhausted ? Reset : null);
}
