using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// One registered client: its chain of policies, and the contexts that keep their options and state. Outlives the handlers, which
/// <see cref="IHttpClientFactory"/> replaces every few minutes. Safe for concurrent use.
/// </summary>
internal sealed class ResilientClient : IDisposable
{
    private readonly ClientReload _reload;
    private readonly bool _isComplete;

    /// <exception cref="OptionsValidationException">The client's policies or their options are invalid.</exception>
    public ResilientClient(string name, string optionsName, IServiceProvider services, ClientEvents events)
    {
        (Services, OptionsName) = (services, optionsName);
        Chain = ChainOf(optionsName, services);
        Context = new()
        {
            Name = name,
            Time = services.GetService<TimeProvider>() ?? TimeProvider.System,
            Random = services.GetService<Random>() ?? new Chance(),
            LoggerFactory = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            MeterFactory = services.GetService<IMeterFactory>(),
            AdviceReaders = Chain.AdviceReaders,
            Events = events,
            HttpClient = new(() => SampleHttpClient.BaseAddressOf(name, services)),
        };
        // Before the services can be disposed that make them.
        _ = (Context.Signals, Context.Logger);
        Doubts = new(this);
        _reload = new(this);
        Info = new(this);
        _isComplete = true;
        OnReloaded();
    }

    public string Name => Context.Name;

    /// <summary>The name of its options: its own, or that of options which several clients have.</summary>
    public string OptionsName { get; }

    public IServiceProvider Services { get; }

    public ResilientClientOptions Chain { get; }

    public ClientContext Context { get; }

    public ClientDoubts Doubts { get; }

    public ResilientClientInfo Info { get; }

    /// <summary>Whether service discovery has its place in the chain; null before a chain was built.</summary>
    public bool? HasDiscovery { get; set; }

    /// <exception cref="KeyNotFoundException">The client does not have the policy.</exception>
    public PolicyContext<TOptions> ContextOf<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(Policy<TOptions> policy)
        where TOptions : class
        => _reload.ContextOf(policy);

    public PolicyContext<TOptions>? FindContext<[DynamicallyAccessedMembers(PolicyOptions.Members)] TOptions>(Policy<TOptions> policy)
        where TOptions : class
        => Chain.Policies.Contains(policy) ? ContextOf(policy) : null;

    /// <summary>To be called when other options are in force.</summary>
    public void OnReloaded()
    {
        if (_isComplete)
            Doubts.Report();
    }

    /// <inheritdoc cref="ClientReload.CatchUp"/>
    public void CatchUp() => _reload.CatchUp();

    public void Dispose() => _reload.Dispose();

    private static ResilientClientOptions ChainOf(string optionsName, IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<IOptionsMonitor<ResilientClientOptions>>().Get(optionsName);
        }
        catch
        {
            // It is kept with the options, and may pass: sections come and go.
            services.GetRequiredService<IOptionsMonitorCache<ResilientClientOptions>>().TryRemove(optionsName);
            throw;
        }
    }
}
