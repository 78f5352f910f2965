using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>
/// Keeps the options of one client's policies up to date. A change is taken as a whole, or refused as a whole: then the last good values stay in
/// force until all is in order. Safe for concurrent use.
/// </summary>
internal sealed class ClientReload : IDisposable
{
    private readonly Lock _reloading = new();
    private readonly ResilientClient _client;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly Dictionary<Policy, IPolicyReload> _followed = [];
    private readonly bool _isComplete;
    private string? _refusal;

    /// <exception cref="OptionsValidationException">The options of a policy are not in order.</exception>
    public ClientReload(ResilientClient client, IServiceProvider services)
    {
        _client = client;
        try
        {
            // Subscribed before anything is read, so that no change is missed; those that come now are made up for at the end.
            foreach (var section in client.Chain.Sections)
                _subscriptions.Add(ChangeToken.OnChange(section.GetReloadToken, Reload));
            foreach (var policy in client.Chain.Policies.Distinct())
                _followed.Add(policy, policy.Follow(services, client, Reload, _subscriptions));
        }
        catch
        {
            Dispose();
            throw;
        }

        lock (_reloading)
            _isComplete = true;
        Reload();
    }

    public Live<TOptions> Of<TOptions>(Policy<TOptions> policy)
        where TOptions : class
        => ((PolicyReload<TOptions>)_followed[policy]).Live;

    // Without a lock: it waits for a reload under way.
    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());

    // Configuration tells of every change, be it of these sections or of others.
    private void Reload()
    {
        lock (_reloading)
        {
            if (!_isComplete)
                return;

            try
            {
                // All of them before the first is in force: one that is refused throws.
                foreach (var change in Prepare().ToArray())
                    change?.Invoke();
                _refusal = null;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (e.Message != _refusal)
                    _client.Signals.ReloadRefused(_client.Logger, e);
                _refusal = e.Message;
            }
        }
    }

    private IEnumerable<Action?> Prepare()
    {
        string[] faults = [.. ClientSections.FindFaults(_client.Name, _client.Chain)];
        return faults.Length > 0
            ? throw new OptionsValidationException(_client.Name, typeof(ResilientClientOptions), faults)
            : _followed.Values.Select(options => options.Prepare());
    }
}
