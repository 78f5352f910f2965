using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>A kind of policy, as the builder knows it.</summary>
internal abstract class Policy(string name)
{
    /// <summary>Its name in messages and in configuration; <c>Add</c> before it is the verb.</summary>
    public string Name => name;

    /// <summary>Takes the options' values from their section in a client's, and again whenever it changes.</summary>
    public abstract void Bind(IServiceCollection services, string client, IConfigurationSection clientSection);

    /// <exception cref="OptionsValidationException">The client's options for this policy are not in order.</exception>
    public abstract void Validate(IServiceProvider services, string client);

    /// <summary>The options of a client, which follow what they come from.</summary>
    /// <exception cref="OptionsValidationException">They are not in order.</exception>
    public abstract IPolicyReload Follow(IServiceProvider services, ResilientClient client, Action onChange, List<IDisposable> subscriptions);

    /// <summary>The handler that carries the policy out; null if it needs none.</summary>
    public abstract DelegatingHandler? CreateHandler(ResilientClient client);

    public abstract string Describe(ResilientClient client);

    public override string ToString() => name;
}
