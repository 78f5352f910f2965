using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// A policy with options: what it is called, where it may stand, how its options are bound and validated, and which handler carries it out. One
/// object serves all clients, so it keeps no state; state belongs to a <see cref="PolicyContext{TOptions}"/>.
/// </summary>
/// <typeparam name="TOptions">The options, with their defaults on the properties.</typeparam>
public abstract class Policy<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions> : Policy
    where TOptions : class
{
    /// <summary>A policy by this name.</summary>
    /// <param name="name">The name, <see cref="Policy.Name"/>.</param>
    /// <param name="order">Where it may stand, <see cref="Policy.Order"/>.</param>
    protected Policy(string name, params IEnumerable<PolicyOrder> order)
        : base(name, [.. order])
    {
    }

    /// <summary>
    /// Says what is wrong with options; best generated from attributes by <see cref="OptionsValidatorAttribute"/>. The rules of this library,
    /// <see cref="BoundsAttribute"/>, <see cref="DurationAttribute"/>, <see cref="MandatoryAttribute"/> and <see cref="DefinedAttribute"/>,
    /// give messages with the setting, the rule and the value.
    /// </summary>
    protected abstract IValidateOptions<TOptions> Validator { get; }

    /// <summary>A context for a handler that is used without a container.</summary>
    /// <param name="options">The options; they are validated, and not to be changed afterwards.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <returns>A context with state of its own.</returns>
    /// <exception cref="OptionsValidationException">A value is invalid.</exception>
    public PolicyContext<TOptions> CreateContext(TOptions options, ClientContext? client = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        client ??= new();
        string[] faults = [.. SettingFault.In(options, Validator).Concat(FindFaults(options, client)).Select(found => $"{typeof(TOptions).Name}.{found.Setting} {found.Fault}")];
        return faults.Length > 0 ? throw new OptionsValidationException(string.Empty, typeof(TOptions), faults) : new(client, options, services: null);
    }

    /// <summary>
    /// Binds a section to options. One line, <c>section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true)</c>, in the policy's own assembly: there the call with the concrete type
    /// lets the binding be generated (<c>EnableConfigurationBindingGenerator</c>), which trimming and native AOT need.
    /// The unknown keys of the section itself are reported before.
    /// </summary>
    /// <param name="section">The policy's section.</param>
    /// <param name="options">The options, with their defaults or what an earlier section set.</param>
    protected abstract void Bind(IConfigurationSection section, TOptions options);

    /// <summary>
    /// Makes the handler of one chain. <see cref="IHttpClientFactory"/> makes chains anew every two minutes, so handlers keep no state.
    /// </summary>
    /// <param name="context">The client, the options in force, and the state.</param>
    /// <returns>The handler; null if the policy needs none.</returns>
    protected abstract DelegatingHandler? CreateHandler(PolicyContext<TOptions> context);

    /// <summary>The options in a few words, for the printed chain.</summary>
    /// <param name="options">The options in force.</param>
    /// <returns>Such as <c>3 times</c>; empty, the default, if there is nothing to say.</returns>
    protected virtual string Describe(TOptions options) => string.Empty;

    /// <summary>
    /// Registers what all clients with this policy share, such as a store. Called when the policy is made known, whether or not a client has it yet; may be called more than once.
    /// </summary>
    /// <param name="services">Where to register it.</param>
    protected virtual void Register(IServiceCollection services)
    {
    }

    /// <summary>
    /// Registers what a client with this policy needs besides, such as another client. May be called more than once for a client. Not called for a client that is added while the program runs, nor for one
    /// whose section comes into the configuration after its registration: a policy that cannot do without throws an <see cref="OptionsValidationException"/> in <see cref="CreateHandler(PolicyContext{TOptions})"/>,
    /// which stops the host.
    /// </summary>
    /// <param name="services">Where to register it.</param>
    /// <param name="client">The name of the client.</param>
    protected virtual void Register(IServiceCollection services, string client)
    {
    }

    internal sealed override void AddTo(IServiceCollection services)
    {
        KnownPolicy.Add(services, this);
        // Sections are bound when the options are made, before everything that is set in code, in whatever order it was registered.
        services.TryAddTransient<IOptionsFactory<TOptions>>(provider => new SectionedOptionsFactory<TOptions>(provider, this));
        Register(services);
    }

    internal sealed override void AddTo(IServiceCollection services, string client)
    {
        AddTo(services);
        Register(services, client);
    }

    internal sealed override IPolicyReload Follow(ResilientClient client, Action onChange, List<IDisposable> subscriptions)
        => new PolicyReload<TOptions>(client, this, onChange, subscriptions);

    internal sealed override DelegatingHandler? CreateHandler(ResilientClient client) => CreateHandler(client.ContextOf(this));

    internal sealed override PolicyInfo InfoOf(ResilientClient client) => new(Name, Describe(client.ContextOf(this).Options));

    /// <summary>What is wrong with options, each with the client, the policy, the setting, the rule, the value and, if there is one, the key.</summary>
    internal IEnumerable<string> FindFaults(TOptions options, ClientContext client, IEnumerable<IConfigurationSection> sections)
        => SettingFault.In(options, Validator).Concat(FindFaults(options, client)).Select(found =>
            ClientSections.KeyOf(sections, this, found.Setting) is { } key
                ? $"Client '{client.Name}': {Name}.{found.Setting} {found.Fault} It is configured at '{key}'."
                : $"Client '{client.Name}': {Name}.{found.Setting} {found.Fault}");

    /// <summary>What is wrong with options for this client, whatever they are by themselves.</summary>
    private protected virtual IEnumerable<SettingFault> FindFaults(TOptions options, ClientContext client) => [];

    /// <exception cref="OptionsValidationException">A section has unknown keys or values that cannot be read.</exception>
    internal void BindTo(TOptions options, IEnumerable<IConfigurationSection> clientSections, string client)
    {
        foreach (var section in clientSections.Select(section => section.GetSection(Name)).Where(section => section.Exists()))
            BindTo(options, section, client);
    }

    private void BindTo(TOptions options, IConfigurationSection section, string client)
    {
        string[] faults = [.. SettingKeys.FindFaults<TOptions>(section).Select(fault => $"Client '{client}': {fault}")];
        if (faults.Length > 0)
            throw new OptionsValidationException(client, typeof(TOptions), faults);

        try
        {
            Bind(section, options);
        }
        catch (InvalidOperationException e)
        {
            // The binder names the type, and nobody guesses how that is written: "500ms" and "2s" are not.
            var form = e.Message.Contains(typeof(TimeSpan).FullName!, StringComparison.Ordinal) ? " A duration is written 00:00:30, or 00:00:00.500." : null;
            throw new OptionsValidationException(client, typeof(TOptions), [$"Client '{client}': configuration section '{section.Path}': {ConfigurationValues.TakeOutOf(e.Message, [section])}{form}"]);
        }
    }
}
