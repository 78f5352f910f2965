using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>The options of one policy of a client, made anew when their sections have changed, or when whatever else they come from says so.</summary>
internal sealed class PolicyReload<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions> : IPolicyReload
    where TOptions : class
{
    private readonly ResilientClient _client;
    private readonly Policy<TOptions> _policy;
    private (string Values, int Version) _applied;
    private int _version;

    /// <exception cref="OptionsValidationException">The options are invalid.</exception>
    public PolicyReload(ResilientClient client, Policy<TOptions> policy, Action onChange, List<IDisposable> subscriptions)
    {
        (_client, _policy) = (client, policy);
        var sources = client.Services.GetServices<IOptionsChangeTokenSource<TOptions>>().Where(source => source.Name == client.OptionsName);
        subscriptions.AddRange(sources.Select(source => ChangeToken.OnChange(source.GetChangeToken, () => OnForeignChange(onChange))));
        _applied = Current;
        Context = new(client.Context, Create(), client.Services);
    }

    public PolicyContext<TOptions> Context { get; }

    private (string Values, int Version) Current
        => (ConfigurationValues.Of(_client.Chain.Sections.Select(section => section.GetSection(_policy.Name))), Volatile.Read(ref _version));

    public Action? Prepare()
    {
        var current = Current;
        if (current == _applied)
            return null;

        var options = Create();
        return () =>
        {
            _applied = current;
            Context.Replace(options);
            _client.Context.Signals.Reloaded(_policy.Name);
        };
    }

    private TOptions Create()
    {
        var options = _client.Services.GetRequiredService<IOptionsFactory<TOptions>>().Create(_client.OptionsName);
        string[] faults = [.. _policy.FindFaults(options, _client.Context, _client.Chain.Sections)];
        return faults.Length > 0 ? throw new OptionsValidationException(_client.Name, typeof(TOptions), faults) : options;
    }

    private void OnForeignChange(Action onChange)
    {
        Interlocked.Increment(ref _version);
        onChange();
    }
}
