using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>A policy as the registration, the order of chains and the configuration know it. Derive from <see cref="Policy{TOptions}"/>.</summary>
public abstract class Policy
{
    private protected Policy(string name, IReadOnlyList<PolicyOrder> order)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, Order) = (name, order);
    }

    /// <summary>
    /// Its name in messages, in the printed chain and in configuration, where its section is called so; <c>Add</c> before it is the verb. Names
    /// are compared without regard to case, and two policies of one name stop the host.
    /// </summary>
    public string Name { get; }

    /// <summary>Where it may stand. The rules of both policies count; a rule about a policy that a chain does not have is ignored, unless it <see cref="PolicyOrder.Needs"/> it.</summary>
    public IReadOnlyList<PolicyOrder> Order { get; }

    /// <summary>The name of the policy.</summary>
    /// <returns>The name.</returns>
    public sealed override string ToString() => Name;

    internal bool IsCalled(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the policy known to configuration; harmless if repeated.</summary>
    internal abstract void AddTo(IServiceCollection services);

    /// <summary>Registers what a client with this policy needs; harmless if repeated.</summary>
    internal abstract void AddTo(IServiceCollection services, string client);

    /// <summary>The policy's context for a client, whose options follow what they come from.</summary>
    /// <exception cref="OptionsValidationException">The options are invalid.</exception>
    internal abstract IPolicyReload Follow(ResilientClient client, Action onChange, List<IDisposable> subscriptions);

    internal abstract DelegatingHandler? CreateHandler(ResilientClient client);

    internal abstract PolicyInfo InfoOf(ResilientClient client);

    /// <summary>What is valid in the client's settings and defeats this policy all the same, as it reads after <c>Client 'payments':</c>.</summary>
    internal virtual IEnumerable<string> FindDoubts(ResilientClient client, HttpClientSettings http) => [];
}
