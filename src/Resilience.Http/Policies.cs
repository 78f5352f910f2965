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
        ClientCredentialsOptions.Policy,
    ];

    /// <summary>What a client gets that names no policy.</summary>
    public static IReadOnlyList<Policy> Standard { get; } =
    [
        TotalTimeoutOptions.Policy,
        RetryOptions.Policy,
        CircuitBreakerOptions.Policy,
        AttemptTimeoutOptions.Policy,
    ];

    // What holds for the token bucket holds for a limiter in its place.
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
        (RetryOptions.Policy, ClientCredentialsOptions.Policy, "every attempt must have a token that is valid then"),
    ];

    /// <summary>What is wrong with a client's chain: policies named twice, or in an order in which one defeats the other.</summary>
    public static IEnumerable<string> FindOrderFaults(string client, IReadOnlyList<Policy> chain)
    {
        IGrouping<Policy, Policy>[] repeated = [.. chain.GroupBy(policy => policy).Where(group => group.Count() > 1)];
        foreach (var policy in repeated)
            yield return $"Client '{client}': Add{policy.Key} is registered {policy.Count()} times, but a policy may stand in a chain only once. AddStandardPolicies adds {string.Join(", ", Standard)}: set their options there. A client that is registered twice has the policies of both.";
        if (repeated.Length > 0)
            yield break;

        for (var at = 0; at < chain.Count; at++)
        {
            foreach (var (shouldBeOuter, _, reason) in Rules.Where(rule => rule.Inner == RoleOf(chain[at])))
            {
                foreach (var outer in chain.Skip(at + 1).Distinct().Where(policy => RoleOf(policy) == shouldBeOuter))
                    yield return $"Client '{client}': Add{chain[at]} comes before Add{outer}, but {outer} must be outside {chain[at]}, because {reason}. Register Add{outer} before Add{chain[at]}; where AddStandardPolicies adds one of them, name the policies one by one.";
            }
        }
    }

    private static Policy RoleOf(Policy policy) => policy == RateLimiterOptions.Policy ? TokenBucketOptions.Policy : policy;
}
