using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http;

/// <summary>One resilient client, seen from the inside: its policies, and the state that they keep for it. Safe for concurrent use.</summary>
public sealed class ResilientClientInfo
{
    private readonly ResilientClient _client;

    internal ResilientClientInfo(ResilientClient client) => _client = client;

    internal ResilientClient Client => _client;

    /// <summary>The name it was registered under.</summary>
    public string Name => _client.Name;

    /// <summary>Its policies, outermost first.</summary>
    public IReadOnlyList<PolicyInfo> Policies => [.. _client.Chain.Policies.Select(policy => policy.InfoOf(_client))];

    /// <summary>
    /// The circuits that the client has now, one per partition, in no order; each can be read, isolated and closed. Empty if the client has no
    /// circuit breaker or has not sent anything yet.
    /// </summary>
    public IReadOnlyCollection<Circuit> Circuits => _client.FindContext(CircuitBreakerPolicy.Instance)?.FindState<Circuits>()?.All ?? [];

    /// <summary>The circuit of one partition, called yet or not: to isolate a server before the first call, for example.</summary>
    /// <param name="partition">
    /// An address at the authority, such as <c>https://api.example.com</c>; its host alone, if it is that of the client's base address or was called
    /// already; or the name that requests choose. Where the options choose names (<see cref="PartitionOptions.PartitionBy"/>), such a name, whatever it looks like.
    /// </param>
    /// <returns>The circuit; made if there is none.</returns>
    /// <exception cref="InvalidOperationException">The client has no circuit breaker.</exception>
    public Circuit GetCircuit(string partition)
    {
        ArgumentException.ThrowIfNullOrEmpty(partition);
        return _client.FindContext(CircuitBreakerPolicy.Instance) is { } context
            ? Http.Circuits.Of(context).Named(partition)
            : throw new InvalidOperationException($"Client '{Name}' has no circuit breaker, so there is no circuit for {partition}.");
    }

    /// <summary>
    /// The buckets of the client as they are now, one per partition, in no order. Empty if the client has no token bucket or has not sent
    /// anything yet.
    /// </summary>
    public IReadOnlyCollection<TokenBucketStatus> TokenBuckets => _client.FindContext(TokenBucketPolicy.Instance)?.FindState<TokenBuckets>()?.All ?? [];

    /// <summary>
    /// The retry budgets of the client as they are now, one per partition, in no order. Empty if the client has no retries or none of its
    /// attempts has failed yet: all budgets are full then.
    /// </summary>
    public IReadOnlyCollection<RetryBudgetStatus> RetryBudgets => _client.FindContext(RetryPolicy.Instance)?.FindState<RetryBudgets>()?.All ?? [];

    /// <summary>
    /// The last advice of each authority, or of each partition that requests chose, in no order. Noted by retry and by the token bucket; empty
    /// for a client that has neither.
    /// </summary>
    public IReadOnlyCollection<PartitionAdvice> Advice => _client.Context.Advisor.Last;

    /// <summary>The options of a policy that are in force for this client (<see cref="PolicyContext{TOptions}.Options"/>). A reload replaces the object, so ask for it each time and change nothing in it.</summary>
    /// <typeparam name="TOptions">The options of the policy.</typeparam>
    /// <param name="policy">The policy.</param>
    /// <returns>The options; null if the client does not have the policy.</returns>
    public TOptions? FindOptions<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(Policy<TOptions> policy)
        where TOptions : class
        => _client.FindContext(policy)?.Options;

    /// <summary>The state that a policy keeps for this client (<see cref="PolicyContext{TOptions}.State"/>).</summary>
    /// <typeparam name="TOptions">The options of the policy.</typeparam>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="policy">The policy.</param>
    /// <returns>The state; null if the client does not have the policy, or the policy has not made it yet.</returns>
    public TState? Find<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions, TState>(Policy<TOptions> policy)
        where TOptions : class
        where TState : class
        => _client.FindContext(policy)?.FindState<TState>();

    /// <summary>The chain of policies, and service discovery where a policy has made room for it.</summary>
    /// <returns>One line, such as <c>payments: Retry (3 times, 0.25 to 20 s, Full jitter) → AttemptTimeout (10 s)</c>.</returns>
    public override string ToString() => $"{Name}: {string.Join(" → ", ServiceDiscovery.Print(_client))}";
}
