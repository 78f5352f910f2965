namespace Resilience.Http;

/// <summary>
/// What a server said, besides the status, about its limits and about trying again. Read once per response, from all header fields and, if a
/// reader is registered, from the body. A value that is absent or malformed is null, never zero. Immutable.
/// </summary>
public sealed record ServerAdvice
{
    /// <summary>
    /// The wait that the server asks for: <c>retry-after-ms</c> or <c>x-ms-retry-after-ms</c> in milliseconds, else <c>Retry-After</c>
    /// (RFC 9110 §10.2.3), or a wait in a provider's body. From zero to <see cref="TimeSpan.MaxValue"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether to retry, by <c>Stripe-Should-Retry</c>, <c>x-should-retry</c> or <c>transient-error</c>. It wins over the rules about the status,
    /// not over those about safety.
    /// </summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>Whether the response is a stored one (<c>Idempotent-Replayed</c>): the same idempotency key would give it again.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>
    /// What the response means where its status says something else: <see cref="OutcomeKind.Throttled"/> for a 403 or a 200,
    /// <see cref="OutcomeKind.Unavailable"/> for a 200, <see cref="OutcomeKind.Forbidden"/> for the 429 of an account without credit. Null if the
    /// status says it.
    /// </summary>
    public OutcomeKind? Kind { get; init; }

    /// <summary>Whether a limit rejected the request, unprocessed, although the status does not say so, such as a 403 of GitHub.</summary>
    public bool IsThrottled
    {
        get => Kind is OutcomeKind.Throttled;
        init => Kind = value ? OutcomeKind.Throttled : Kind is OutcomeKind.Throttled ? null : Kind;
    }

    /// <summary>Whether the wait is not the server's own, but the minimum in its documentation. It is doubled with each attempt.</summary>
    internal bool IsMinimum { get; init; }

    /// <summary>
    /// The server's name for the tightest quota, such as <c>default</c> or <c>tokens</c>: at most 200 characters, all of which can stand on a line
    /// of a log.
    /// </summary>
    public string? Quota
    {
        get;
        init => field = value is null ? null : LogText.OneLine(value);
    }

    /// <summary>How much the tightest quota holds, in the server's units.</summary>
    public long? Limit { get; init; }

    /// <summary>How much of it is left, in the server's units; 0 if it is used up.</summary>
    public long? Remaining { get; init; }

    /// <summary>The time until the quota resets, counted from when the response was sent. What is left has to last that long.</summary>
    public TimeSpan? Reset { get; init; }

    /// <summary>Whether a quota is used up, on any status.</summary>
    public bool IsExhausted => Remaining is 0;

    /// <summary>The wait before the next request: <see cref="RetryAfter"/>, else the <see cref="Reset"/> of a quota that is used up.</summary>
    public TimeSpan? Delay => RetryAfter ?? (IsExhausted ? Reset : null);
}
