namespace Resilience.Http;

/// <summary>
/// The standard policies of a client, and those of the others that it is to have, each in its right place. The optional ones are null unless they are
/// set, or have a section in the client's configuration.
/// </summary>
public sealed class StandardPoliciesOptions
{
    /// <summary>How long a call may take in all.</summary>
    public TotalTimeoutOptions TotalTimeout { get; } = new();

    /// <summary>The form of failures; null, the default, leaves them as they are.</summary>
    public ProblemDetailsOptions? ProblemDetails { get; set; }

    /// <summary>The idempotency keys of calls; null, the default, for none.</summary>
    public IdempotencyKeyOptions? IdempotencyKey { get; set; }

    /// <summary>After what, how often and how long apart to try again.</summary>
    public RetryOptions Retry { get; } = new();

    /// <summary>When to stop calling an authority that keeps failing.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; } = new();

    /// <summary>How many attempts a second may start; null, the default, for as many as there are.</summary>
    public TokenBucketOptions? TokenBucket { get; set; }

    /// <summary>How long one attempt may take: 10 s by default, which is too short for calls that take long by nature; see <see cref="StandardPolicies.LongRunning"/>.</summary>
    public AttemptTimeoutOptions AttemptTimeout { get; } = new();

    /// <summary>The policies and their options, outermost first.</summary>
    internal static IReadOnlyList<StandardPart<StandardPoliciesOptions>> Parts { get; } =
    [
        new StandardPart<StandardPoliciesOptions, TotalTimeoutOptions>(TotalTimeoutPolicy.Instance, static set => set.TotalTimeout),
        new StandardPart<StandardPoliciesOptions, ProblemDetailsOptions>(ProblemDetailsPolicy.Instance, static set => set.ProblemDetails, static set => set.ProblemDetails = new()),
        new StandardPart<StandardPoliciesOptions, IdempotencyKeyOptions>(IdempotencyKeyPolicy.Instance, static set => set.IdempotencyKey, static set => set.IdempotencyKey = new()),
        new StandardPart<StandardPoliciesOptions, RetryOptions>(RetryPolicy.Instance, static set => set.Retry),
        new StandardPart<StandardPoliciesOptions, CircuitBreakerOptions>(CircuitBreakerPolicy.Instance, static set => set.CircuitBreaker),
        new StandardPart<StandardPoliciesOptions, TokenBucketOptions>(TokenBucketPolicy.Instance, static set => set.TokenBucket, static set => set.TokenBucket = new()),
        new StandardPart<StandardPoliciesOptions, AttemptTimeoutOptions>(AttemptTimeoutPolicy.Instance, static set => set.AttemptTimeout),
    ];

    /// <summary>Gives a chain the options of its standard policies.</summary>
    /// <returns>The policies, outermost first.</returns>
    internal static IReadOnlyList<Policy> AddTo(string client, ResilientClientOptions chain, Action<StandardPoliciesOptions>? configure)
    {
        var set = new StandardSet<StandardPoliciesOptions>(client, chain, Parts, configure);
        chain.Parts = set;
        return set.Policies;
    }
}
