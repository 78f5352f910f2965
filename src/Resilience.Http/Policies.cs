namespace Resilience.Http;

/// <summary>Every policy there is, and how they may be ordered.</summary>
internal static class Policies
{
    /// <summary>In the recommended order, outermost first.</summary>
    public static IReadOnlyList<Policy> All { get; } =
    [
        TotalTimeoutOptions.Policy,
        ProblemDetailsOptions.Policy,
        IdempotencyKeyOptions.Policy,
        RetryOptions.Policy,
        CircuitBreakerOptions.Policy,
        TokenBucketOptions.Policy,
        AttemptTimeoutOptions.Policy,
    ];

    /// <summary>What a client gets that names no policy.</summary>
    public static IReadOnlyList<Policy> Standard { get; } =
    [
        TotalTimeoutOptions.Policy,
        RetryOptions.Policy,
        CircuitBreakerOptions.Policy,
        AttemptTimeoutOptions.Policy,
    ];

    private static readonly (Policy Outer, Policy Inner, string Reason)[] Rules =
    [
        (ProblemDetailsOptions.Policy, RetryOptions.Policy, "what it makes of a failed attempt must not hide that another attempt may succeed"),
        (ProblemDetailsOptions.Policy, CircuitBreakerOptions.Policy, "what the circuit refuses must leave as a problem too"),
        (ProblemDetailsOptions.Policy, TokenBucketOptions.Policy, "what the limit refuses must leave as a problem too"),
        (ProblemDetailsOptions.Policy, AttemptTimeoutOptions.Policy, "it must see the attempt time out"),
        (IdempotencyKeyOptions.Policy, RetryOptions.Policy, "every attempt must carry the same key"),
        (RetryOptions.Policy, AttemptTimeoutOptions.Policy, "the timeout is that of one attempt, not of the whole call"),
        (RetryOptions.Policy, TokenBucketOptions.Policy, "retries must be paced too"),
        (CircuitBreakerOptions.Policy, AttemptTimeoutOptions.Policy, "an attempt that times out must count as a failure"),
        (TokenBucketOptions.Policy, AttemptTimeoutOptions.Policy, "waiting for a permit must not use up the attempt's time"),
    ];

    /// <summary>What is wrong with a client's chain: policies named twice, or in an order in which one defeats the other.</summary>
    public static IEnumerable<string> FindNonsense(string client, IReadOnlyList<Policy> chain)
    {
        foreach (var twice in chain.GroupBy(policy => policy).Where(group => group.Count() > 1))
            yield return $"Client '{client}': Add{twice.Key} is registered {twice.Count()} times, but a policy may stand in a chain only once.";

        for (var outer = 0; outer < chain.Count; outer++)
        {
            foreach (var (shouldBeOuter, shouldBeInner, reason) in Rules)
            {
                if (chain[outer] == shouldBeInner && chain.Skip(outer + 1).Contains(shouldBeOuter))
                    yield return $"Client '{client}': Add{shouldBeInner} comes before Add{shouldBeOuter}, but {shouldBeOuter} must be outside {shouldBeInner}, because {reason}. Register Add{shouldBeOuter} before Add{shouldBeInner}; where AddStandardPolicies adds one of them, name the policies one by one.";
            }
        }
    }
}
