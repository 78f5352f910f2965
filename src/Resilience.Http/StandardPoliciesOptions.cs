namespace Resilience.Http;

/// <summary>The policies that a client gets which names none.</summary>
public sealed class StandardPoliciesOptions
{
    /// <summary>How long a call may take in all.</summary>
    public TotalTimeoutOptions TotalTimeout { get; internal init; } = new();

    /// <summary>After what, how often and how long apart to try again.</summary>
    public RetryOptions Retry { get; internal init; } = new();

    /// <summary>When to stop calling an authority that keeps failing.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; internal init; } = new();

    /// <summary>How long one attempt may take.</summary>
    public AttemptTimeoutOptions AttemptTimeout { get; internal init; } = new();
}
