using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>The options of one policy of a client, made anew when their section has changed, or when whatever else they come from says so.</summary>
internal sealed class PolicyReload<TOptions> : IPolicyReload
    where TOptions : class
{
    private readonly Func<TOptions> _create;
    private readonly Action _onApplied;
    private readonly IConfigurationSection[] _sections;
    private (string Values, int Version) _applied;
    private int _version;

    public PolicyReload(IServiceProvider services, string client, Action onChange, List<IDisposable> subscriptions, Func<TOptions> create, Action onApplied)
    {
        (_create, _onApplied) = (create, onApplied);
        var sources = services.GetServices<IOptionsChangeTokenSource<TOptions>>().Where(source => source.Name == client).ToLookup(source => source is PolicySection<TOptions>);
        _sections = [.. sources[true].Cast<PolicySection<TOptions>>().Select(source => source.Section)];
        subscriptions.AddRange(sources[false].Select(source => ChangeToken.OnChange(source.GetChangeToken, () => OnForeignChange(onChange))));
        _applied = Current;
        Live = new(create());
    }

    public Live<TOptions> Live { get; }

    private (string Values, int Version) Current => (ConfigurationValues.Of(_sections), Volatile.Read(ref _version));

    public Action? Prepare()
    {
        var current = Current;
        if (current == _applied)
            return null;

        var options = _create();
        return () =>
        {
            _applied = current;
            Live.Replace(options);
            _onApplied();
        };
    }

    private void OnForeignChange(Action onChange)
    {
        Interlocked.Increment(ref _version);
        onChange();
    }
}
