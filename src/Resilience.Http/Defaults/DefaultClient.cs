using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>A client that only the defaults reach. It is known to the registry from its first chain on.</summary>
internal sealed class DefaultClient(string name, IServiceProvider services)
{
    private volatile ResilientClient? _client;
    private int _warned;

    /// <summary>Puts the policies around a chain to which everything else has been added, unless it has other retries.</summary>
    public void Complete(HttpMessageHandlerBuilder chain)
    {
        if (ForeignHandlers.FindIn(chain) is { } foreign)
        {
            KeepAsItIs(foreign);
            return;
        }

        var client = services.GetRequiredService<ResilienceRegistry>().GetOrAdd(name, ResilienceDefaults.OptionsName);
        chain.AdditionalHandlers.Insert(0, client, ClientRegistration.AllHandlersOf);
        ServiceDiscovery.Place(chain.AdditionalHandlers, client);
        _client = client;
    }

    /// <summary>The last step of setting up an <see cref="HttpClient"/>, whose chain has been built before.</summary>
    public void Attach(HttpClient http) => ClientRegistration.Attach(http, () => _client);

    private void KeepAsItIs((string Type, string Verbs) foreign)
    {
        _client = null;
        if (Interlocked.Exchange(ref _warned, 1) == 0 && services.GetService<ILoggerFactory>() is { } loggers)
            DefaultsTelemetry.Kept(loggers, name, foreign);
    }
}
