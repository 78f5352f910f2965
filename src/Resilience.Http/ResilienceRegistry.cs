using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resilience.Http;

/// <summary>Every resilient client of a service provider, seen from the inside. A singleton service; safe for concurrent use.</summary>
public sealed class ResilienceRegistry : IDisposable
{
    private readonly ConcurrentDictionary<string, ClientSlot> _clients;
    private readonly ClientEvents _events;
    private readonly IServiceProvider _services;

    internal ResilienceRegistry(IServiceProvider services, IEnumerable<ResilientClientName> names)
    {
        (_services, _clients) = (services, new(names.Select(name => KeyValuePair.Create(name.Value, Create(name.Value, name.Value)))));
        _events = new(GuardedLogger.Of(services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
    }

    /// <summary>
    /// All clients, those not yet used included. A client that has its policies from <c>AddResilienceDefaults</c> is among them from its first use on, and stays.
    /// </summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The policies or options of one are invalid.</exception>
    public IReadOnlyCollection<ResilientClientInfo> All => [.. _clients.Values.Where(static client => !client.IsBeingAdded).Select(static client => client.Get().Info)];

    /// <summary>The client that was registered under this name.</summary>
    /// <param name="name">The name given to <c>AddResilientHttpClient</c>; for typed clients the type's name.</param>
    /// <exception cref="KeyNotFoundException">No resilient client has this name.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Its policies or options are invalid.</exception>
    public ResilientClientInfo this[string name] => Of(name).Info;

    /// <summary>
    /// What changes in the state of the clients, as it happens: circuits, pauses of buckets, reloaded options. Observers are called on the thread
    /// that caused the event, so they should hand on what takes long; what they throw is logged and ignored. Ends with the container.
    /// </summary>
    public IObservable<ClientEvent> Changes => _events;

    /// <summary>Looks for a client.</summary>
    /// <param name="name">The name given to <c>AddResilientHttpClient</c>; for typed clients the type's name.</param>
    /// <param name="client">The client; null if none has this name.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Its policies or options are invalid.</exception>
    public bool TryGet(string name, [NotNullWhen(true)] out ResilientClientInfo? client)
    {
        client = Find(name)?.Info;
        return client is not null;
    }

    /// <summary>
    /// Adds a client that becomes known only while the program runs, such as a backend of a proxy. It has the standard policies and those of the optional
    /// ones that a section or <paramref name="configure"/> names; no <see cref="IHttpClientFactory"/> knows it.
    /// </summary>
    /// <param name="name">A name that no other client has.</param>
    /// <param name="sections">Each holds a section for every policy to configure, or nothing; a later one wins. Changes are followed.</param>
    /// <param name="configure">Comes after, and wins over, the sections. Runs again for every change of them.</param>
    /// <param name="policies">Further policies, each to be made known before by <c>AddResiliencePolicy</c>; they stand where their rules allow, the outermost place first.</param>
    /// <returns>The client, to be disposed when it is gone.</returns>
    /// <exception cref="InvalidOperationException">There is a client of this name.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A section or an option is invalid.</exception>
    public AddedClient Add(string name, IReadOnlyList<IConfigurationSection> sections, Action<StandardPoliciesOptions>? configure = null, IReadOnlyList<Policy>? policies = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(sections);
        var added = _services.GetRequiredService<AddedClients>();
        // Its chain is known when it is made, whoever makes it.
        ClientSlot client = new(() =>
        {
            added.Add(name, Describe);
            return New(name, name);
        }, isAdded: true);
        if (!_clients.TryAdd(name, client))
            throw new InvalidOperationException($"There is a resilient client '{name}' already.");

        try
        {
            return new(client.Get(), Remove);
        }
        catch
        {
            Remove();
            throw;
        }

        void Describe(ResilientClientOptions chain)
        {
            chain.Sections.AddRange(sections);
            chain.Entries.Add(new((client, chain) => ChainOrder.Place(StandardPoliciesOptions.AddTo(client, chain, configure), policies ?? [])));
        }

        void Remove()
        {
            if (!_clients.TryRemove(KeyValuePair.Create(name, client)))
                return;

            added.Remove(name, Describe);
            client.Made?.Dispose();
        }
    }

    /// <summary>Every client and its chain of policies.</summary>
    /// <returns>A line each, by name.</returns>
    public override string ToString() => string.Join(Environment.NewLine, All.Select(client => client.ToString()).Order(StringComparer.Ordinal));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Made?.Dispose();
        _events.Dispose();
    }

    /// <summary>A client that nobody registered as resilient.</summary>
    internal ResilientClient GetOrAdd(string name, string optionsName) => _clients.GetOrAdd(name, Create, optionsName).Get();

    internal ResilientClient Of(string name) => Find(name)
        ?? throw new KeyNotFoundException($"No resilient client is named '{name}'; known are {string.Join(", ", _clients.Keys.Order(StringComparer.Ordinal))}.");

    private ResilientClient? Find(string name) => _clients.TryGetValue(name, out var client) && !client.IsBeingAdded ? client.Get() : null;

    private ClientSlot Create(string name, string optionsName) => new(() => New(name, optionsName));

    private ResilientClient New(string name, string optionsName) => new(name, optionsName, _services, _events);
}
