using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http;

/// <summary>
/// Keeps the options of one client's policies up to date. A change is taken as a whole, or rejected as a whole: then the last good values stay in
/// force until all are valid. Safe for concurrent use.
/// </summary>
internal sealed class ClientReload : IDisposable
{
    private readonly Lock _reloading = new();
    private readonly ResilientClient _client;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly Dictionary<Policy, IPolicyReload> _policies = [];
    private readonly bool _isComplete;
    private bool _hasMissed;
    private bool _isDisposed;
    private string? _rejection;

    /// <exception cref="OptionsValidationException">The options of a policy are invalid.</exception>
    public ClientReload(ResilientClient client)
    {
        _client = client;
        try
        {
            // Subscribed before anything is read, so that no change is missed; those that come now are made up for by CatchUp.
            foreach (var section in client.Chain.Sections)
                _subscriptions.Add(ChangeToken.OnChange(section.GetReloadToken, Reload));
            FollowAll();
        }
        catch
        {
            Dispose();
            throw;
        }

        lock (_reloading)
            _isComplete = true;
    }

    /// <summary>Makes up for the changes that came while the client was made. To be called when it can be found, as whoever hears of them may look for it.</summary>
    public void CatchUp()
    {
        if (Volatile.Read(ref _hasMissed))
            Reload();
    }

    public PolicyContext<TOptions> ContextOf<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(Policy<TOptions> policy)
        where TOptions : class
        => ((PolicyReload<TOptions>)_policies[policy]).Context;

    // Without a lock: it waits for a reload under way.
    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        _subscriptions.ForEach(subscription => subscription.Dispose());
    }

    // All of them, so that one message names everything that is wrong.
    private void FollowAll()
    {
        List<string> faults = [];
        foreach (var policy in _client.Chain.Policies)
        {
            try
            {
                _policies.Add(policy, policy.Follow(_client, Reload, _subscriptions));
            }
            catch (OptionsValidationException e)
            {
                faults.AddRange(e.Failures);
            }
        }

        if (faults.Count > 0)
            throw new OptionsValidationException(_client.Name, typeof(ResilientClientOptions), faults);
    }

    // Configuration notifies of every change, in these sections or in others.
    private void Reload()
    {
        lock (_reloading)
        {
            Volatile.Write(ref _hasMissed, !_isComplete);
            if (!_isComplete || Volatile.Read(ref _isDisposed))
                return;

            try
            {
                // All of them before the first is in force: one that is invalid throws.
                foreach (var change in Prepare().ToArray())
                    change?.Invoke();
                _rejection = null;
                _client.OnReloaded();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                var reason = ReasonIn(e);
                if (reason != _rejection)
                    _client.Context.Signals.ReloadRejected(reason);
                _rejection = reason;
            }
        }
    }

    // What is not ours may quote any value of the configuration.
    private string ReasonIn(Exception failure)
    {
        if (failure is OptionsValidationException)
            return failure.Message;

        try
        {
            return ConfigurationValues.TakeOutOf(failure.Message, [.. _client.Chain.Sections, .. _client.Services.GetServices<IConfiguration>()]);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // No value was read, so none is quoted.
            return LogText.OneLine(failure.Message);
        }
    }

    private IEnumerable<Action?> Prepare()
    {
        string[] faults = [.. ClientSections.FindFaults(_client.Name, _client.Chain, _client.Services)];
        return faults.Length > 0
            ? throw new OptionsValidationException(_client.Name, typeof(ResilientClientOptions), faults)
            : _policies.Values.Select(policy => policy.Prepare());
    }
}
