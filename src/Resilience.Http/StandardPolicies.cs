namespace Resilience.Http;

/// <summary>The policies of this library, and the set of them that a client gets which names none.</summary>
public static class StandardPolicies
{
    /// <summary>Every policy that configuration knows from the start, in the recommended order, outermost first.</summary>
    internal static IReadOnlyList<Policy> Known { get; } =
    [
        .. StandardPoliciesOptions.Parts.Select(part => part.Policy),
        ClientCredentialsPolicy.Instance,
    ];

    /// <summary>What a client gets that names no policy, outermost first.</summary>
    internal static IReadOnlyList<Policy> Default { get; } = [.. StandardPoliciesOptions.Parts.Where(part => !part.IsOptional).Select(part => part.Policy)];

    /// <summary>The handler that every call of a client meets first, whatever its policies.</summary>
    internal static DelegatingHandler CreateEntrance(ResilientClient client) => new TotalTimeoutHandler(client);

    /// <summary>Puts the policy of that handler first, wherever it was added.</summary>
    internal static void PutEntranceFirst(List<Policy> policies)
    {
        if (policies.Remove(TotalTimeoutPolicy.Instance))
            policies.Insert(0, TotalTimeoutPolicy.Instance);
    }

    /// <summary>Whether one of the policies ends calls, so that <see cref="HttpClient"/> need not.</summary>
    internal static bool BoundsCalls(IEnumerable<Policy> policies) => policies.Contains(TotalTimeoutPolicy.Instance);

    /// <summary>
    /// The standard policies without a container, for any SDK that takes an <see cref="HttpMessageHandler"/>: total timeout, retry, circuit
    /// breaker, attempt timeout, and those of the optional ones that are set.
    /// </summary>
    /// <param name="inner">What sends the requests, a <see cref="SocketsHttpHandler"/> for example; disposed with the handler.</param>
    /// <param name="configure">Changes the defaults, and adds optional policies.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <returns>The outermost handler.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public static DelegatingHandler CreateHandler(HttpMessageHandler inner, Action<StandardPoliciesOptions>? configure = null, ClientContext? client = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        var options = new StandardPoliciesOptions();
        configure?.Invoke(options);
        client ??= new();
        inner = new AttemptTimeoutHandler(options.AttemptTimeout, client) { InnerHandler = inner };
        inner = options.TokenBucket is TokenBucketOptions bucket ? new TokenBucketHandler(bucket, client) { InnerHandler = inner } : inner;
        inner = new CircuitBreakerHandler(options.CircuitBreaker, client) { InnerHandler = inner };
        inner = new RetryHandler(options.Retry, client) { InnerHandler = inner };
        inner = options.IdempotencyKey is IdempotencyKeyOptions key ? new IdempotencyKeyHandler(key, client) { InnerHandler = inner } : inner;
        inner = options.ProblemDetails is ProblemDetailsOptions problems ? new ProblemDetailsHandler(problems, client) { InnerHandler = inner } : inner;
        return new TotalTimeoutHandler(options.TotalTimeout, client) { InnerHandler = inner };
    }
}
