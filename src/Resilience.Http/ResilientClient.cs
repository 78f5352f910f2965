using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Resilience.Http;

/// <summary>
/// One named client, seen from the inside: its policies, and the state that they keep for it. Outlives the handlers, which
/// <see cref="IHttpClientFactory"/> replaces every few minutes. Safe for concurrent use.
/// </summary>
public sealed class ResilientClient
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Type, object> _states = [];
    private readonly IServiceProvider? _services;
    private readonly ClientReload? _options;

    internal ResilientClient(string name, IServiceProvider? services)
    {
        Name = name;
        _services = services;
        Time = services?.GetService<TimeProvider>() ?? TimeProvider.System;
        Logger = (services?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Resilience.Http");
        Signals = new ClientSignals(name, services?.GetService<System.Diagnostics.Metrics.IMeterFactory>());
        Chain = services?.GetRequiredService<IOptionsMonitor<ResilientClientOptions>>().Get(name) ?? new();
        Advisor = new Advisor(this);
        _options = services is null ? null : new(this, services);
    }

    /// <summary>The name it was registered under; empty for handlers made by hand.</summary>
    public string Name { get; }

    /// <summary>Its policies in a few words each, outermost first.</summary>
    public IReadOnlyList<string> Policies => [.. Chain.Policies.Select(policy => policy.Describe(this))];

    internal ResilientClientOptions Chain { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal Chance Chance { get; } = new();

    internal ClientSignals Signals { get; }

    internal WatchedHttpClient HttpClient { get; } = new();

    internal Advisor Advisor { get; }

    /// <summary>What a handler that was made by hand belongs to.</summary>
    internal static ResilientClient ByHand() => new(string.Empty, services: null);

    /// <summary>The chain of policies, such as <c>payments: Retry (3 times) → AttemptTimeout (10 s)</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Name}: {string.Join(" → ", Policies)}";

    internal void StopFollowingReloads() => _options?.Dispose();

    /// <summary>Another client, for what a policy has to ask for itself.</summary>
    internal HttpClient CreateHttpClient(string name) => _services!.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>What a policy keeps for this client: made once, whichever handler asks first.</summary>
    internal TState StateOf<TState>(Func<TState> create)
        where TState : class
    {
        lock (_lock)
        {
            if (_states.TryGetValue(typeof(TState), out var state))
                return (TState)state;

            var fresh = create();
            _states.Add(typeof(TState), fresh);
            return fresh;
        }
    }

    internal TState? FindState<TState>()
        where TState : class
    {
        lock (_lock)
            return (TState?)_states.GetValueOrDefault(typeof(TState));
    }

    /// <summary>The client's options for a policy, which follow the configuration.</summary>
    internal Live<TOptions> OptionsOf<TOptions>(Policy<TOptions> policy)
        where TOptions : class
        => _options!.Of(policy);

    /// <summary>By when a call must have ended, by its request's own timeout or the client's; null if nothing is known to bound it.</summary>
    internal long? DeadlineOf(HttpRequestMessage request, long started)
    {
        var own = RequestSettings.Of(request)?.Deadline;
        if (HttpClient.Timeout is not { Ticks: > 0 } total)
            return own;

        var ours = started + (long)(total.TotalSeconds * Time.TimestampFrequency);
        return own < ours ? own : ours;
    }
}
