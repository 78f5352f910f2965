using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>
/// Keeps the options of one client's policies up to date. A change of its sections is taken as a whole, or refused as a whole: then the last
/// good values stay in force until a later change is in order. Safe for concurrent use.
/// </summary>
internal sealed class LiveOptions(ResilientClient client, IServiceProvider services) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock _reloading = new();
    private readonly List<Func<Action?>> _policies = [];
    private readonly List<IDisposable> _subscriptions = [];
    private string _seen = string.Empty;

    /// <summary>To be called once.</summary>
    public void FollowSections()
    {
        _seen = ConfigurationValues.Of(client.Chain.Sections);
        foreach (var section in client.Chain.Sections)
            Subscribe(section.GetReloadToken, Reload);
    }

    /// <summary>The options for one policy as they are from now on. To be called once per policy.</summary>
    public Live<TOptions> Create<TOptions>(Policy<TOptions> policy)
        where TOptions : class
    {
        var live = new Live<TOptions>(policy.Create(services, client.Name));
        var sources = services.GetServices<IOptionsChangeTokenSource<TOptions>>().Where(source => source.Name == client.Name).ToLookup(source => source is PolicySection<TOptions>);
        IConfigurationSection[] sections = [.. sources[true].Cast<PolicySection<TOptions>>().Select(source => source.Section)];
        var applied = ConfigurationValues.Of(sections);
        lock (_lock)
            _policies.Add(() => ConfigurationValues.Of(sections) is var values && values != applied ? Change(policy, live, () => applied = values) : null);
        // Whatever else its options come from.
        foreach (var source in sources[false])
            Subscribe(source.GetChangeToken, () => Apply(() => [Change(policy, live, static () => { })]));
        return live;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _subscriptions.ForEach(subscription => subscription.Dispose());
            _subscriptions.Clear();
        }
    }

    // Configuration tells of every change, be it of these sections or of others.
    private void Reload()
    {
        lock (_reloading)
        {
            var values = ConfigurationValues.Of(client.Chain.Sections);
            if (values == _seen)
                return;

            _seen = values;
            Apply(PrepareAll);
        }
    }

    private IEnumerable<Action?> PrepareAll()
    {
        string[] faults = [.. ClientSections.FindFaults(client.Name, client.Chain)];
        if (faults.Length > 0)
            throw new OptionsValidationException(client.Name, typeof(ResilientClientOptions), faults);

        Func<Action?>[] policies;
        lock (_lock)
            policies = [.. _policies];
        return policies.Select(prepare => prepare());
    }

    private void Apply(Func<IEnumerable<Action?>> prepare)
    {
        try
        {
            // All of them before the first is in force: one that is refused throws.
            foreach (var change in prepare().ToArray())
                change?.Invoke();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            client.Signals.ReloadRefused(client.Logger, e);
        }
    }

    private Action Change<TOptions>(Policy<TOptions> policy, Live<TOptions> live, Action onApplied)
        where TOptions : class
    {
        var options = policy.Create(services, client.Name);
        return () =>
        {
            live.Replace(options);
            onApplied();
            client.Signals.Reloaded(client.Logger, policy.Name);
        };
    }

    private void Subscribe(Func<IChangeToken> source, Action onChange)
    {
        lock (_lock)
            _subscriptions.Add(ChangeToken.OnChange(source, onChange));
    }
}
