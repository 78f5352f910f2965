using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <param name="name">Its name in messages and in configuration.</param>
/// <param name="validator">Says what is wrong with the options.</param>
/// <param name="bind">Binds a section strictly; written out per policy, because the binding is generated at compile time.</param>
/// <param name="createHandler">Makes the handler of a client.</param>
/// <param name="describe">The policy in a few words, for the printed chain.</param>
/// <param name="register">Registers what else a client with this policy needs; harmless if repeated.</param>
internal sealed class Policy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
    string name,
    IValidateOptions<TOptions> validator,
    Action<IConfigurationSection, TOptions> bind,
    Func<ResilientClient, Live<TOptions>, DelegatingHandler?> createHandler,
    Func<ResilientClient, TOptions, string> describe,
    Action<IServiceCollection, string>? register = null) : Policy(name)
    where TOptions : class
{
    public override void Bind(IServiceCollection services, string client, IConfigurationSection clientSection)
    {
        var section = clientSection.GetSection(Name);
        services.Configure<TOptions>(client, options => BindOrExplain(client, section, options));
        if (ClientSections.Names(clientSection, this))
            Register(services, client);
        services.AddSingleton<IOptionsChangeTokenSource<TOptions>>(new PolicySection<TOptions>(client, section));
    }

    public void Register(IServiceCollection services, string client) => register?.Invoke(services, client);

    public override void Validate(IServiceProvider services, string client) => Create(services, client);

    public override IPolicyReload Follow(IServiceProvider services, ResilientClient client, Action onChange, List<IDisposable> subscriptions)
        => new PolicyReload<TOptions>(services, client.Name, onChange, subscriptions, () => Create(services, client.Name), () => client.Signals.Reloaded(client.Logger, Name));

    public override DelegatingHandler? CreateHandler(ResilientClient client) => createHandler(client, client.OptionsOf(this));

    public override string Describe(ResilientClient client) => describe(client, client.OptionsOf(this).Value);

    /// <exception cref="OptionsValidationException">The options are not in order; every failure names client, policy, setting, rule and value.</exception>
    public TOptions Create(IServiceProvider services, string client)
    {
        var options = services.GetRequiredService<IOptionsFactory<TOptions>>().Create(client);
        string[] failures = [.. SettingFault.In(options, validator).Select(found => Explain(services, client, found))];
        return failures.Length > 0 ? throw new OptionsValidationException(client, typeof(TOptions), failures) : options;
    }

    private string Explain(IServiceProvider services, string client, SettingFault found)
    {
        var message = $"Client '{client}': {Name}.{found.Setting} {found.Fault}";
        var sections = services.GetServices<IOptionsChangeTokenSource<TOptions>>().OfType<PolicySection<TOptions>>().Where(section => section.Name == client);
        return sections.Select(section => section.PathOf(found.Setting)).LastOrDefault(path => path is not null) is { } path
            ? $"{message} It is configured at '{path}'."
            : message;
    }

    private void BindOrExplain(string client, IConfigurationSection section, TOptions options)
    {
        string[] faults = [.. SettingKeys.FindFaults<TOptions>(section).Select(fault => $"Client '{client}': {fault}")];
        if (faults.Length > 0)
            throw new OptionsValidationException(client, typeof(TOptions), faults);

        try
        {
            bind(section, options);
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(client, typeof(TOptions), [$"Client '{client}': configuration section '{section.Path}': {e.Message}"]);
        }
    }
}
