using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>The chains of clients that were added while the program runs: put together when their options are made.</summary>
internal sealed class AddedClients(IServiceProvider services, IOptionsMonitorCache<ResilientClientOptions> made) : IPostConfigureOptions<ResilientClientOptions>
{
    private readonly ConcurrentDictionary<string, Action<ResilientClientOptions>> _chains = new(StringComparer.Ordinal);

    public void Add(string name, Action<ResilientClientOptions> chain)
    {
        _chains[name] = chain;
        // A client of this name that is gone may have been reloaded while it was removed, and left options without a chain.
        made.TryRemove(name);
    }

    public void Remove(string name, Action<ResilientClientOptions> chain)
    {
        // There may be another client of this name already.
        if (_chains.TryRemove(KeyValuePair.Create(name, chain)))
            made.TryRemove(name);
    }

    public void PostConfigure(string? name, ResilientClientOptions options)
    {
        if (name is null || !_chains.TryGetValue(name, out var chain))
            return;

        options.SectionsMayBeEmpty = true;
        chain(options);
        ClientRegistration.Assemble(name, options, services);
    }
}
