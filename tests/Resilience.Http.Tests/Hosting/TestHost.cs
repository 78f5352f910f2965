using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>
/// A service provider with one resilient client, "test", on a controlled clock whose short waits take no time. It calls <see cref="Upstream"/>, unless it
/// is given another address or an upstream in memory.
/// </summary>
internal sealed class TestHost : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly Lazy<WireMockUpstream> _upstream = new(static () => new());

    public TestHost(Action<IResilientHttpClientBuilder>? policies = null, Uri? url = null, HttpMessageHandler? primary = null, VirtualClock? clock = null, bool inRealTime = false)
    {
        Clock = clock ?? new VirtualClock { LongestJump = TimeSpan.FromSeconds(4) };
        var services = new ServiceCollection();
        services.AddSingleton(inRealTime ? TimeProvider.System : Clock);
        services.AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug));
        var builder = services.AddResilientHttpClient("test", client => client.BaseAddress = url ?? new(primary is null ? Upstream.Url : "http://upstream.test/"));
        if (primary is not null)
            builder.ConfigurePrimaryHttpMessageHandler(() => primary);
        policies?.Invoke(builder);
        if (primary is null && Clock.LongestJump > TimeSpan.Zero && !inRealTime)
            builder.AddHttpMessageHandler(() => new WholeAnswers());
        _services = services.BuildServiceProvider();
    }

    /// <summary>What every clock shows at the start: a Saturday noon.</summary>
    public static DateTimeOffset Start { get; } = new VirtualClock().Start;

    public VirtualClock Clock { get; }

    public LogRecorder Log { get; } = new();

    /// <summary>Started when it is first used.</summary>
    public WireMockUpstream Upstream => _upstream.Value;

    /// <summary>A new client each time, over the same handlers.</summary>
    public HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    /// <summary>The chain of handlers itself, without the client's own timeout and buffering.</summary>
    public HttpMessageInvoker Invoker => new(Handler, disposeHandler: false);

    public HttpMessageHandler Handler => _services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("test");

    public IServiceProvider Services => _services;

    public ResilienceRegistry Clients => _services.GetRequiredService<ResilienceRegistry>();

    public ResilientClientInfo Inside => Clients["test"];

    public Circuit Circuit => Inside.Circuits.Single();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A host whose client has no policies but a handler that was made without a container.</summary>
    public static TestHost Around(DelegatingHandler standalone, HttpMessageHandler upstream) => new(
        client => client.RemoveAllLoggers().ConfigureAdditionalHttpMessageHandlers((handlers, _) =>
        {
            handlers.Clear();
            handlers.Add(standalone);
        }),
        primary: upstream);

    /// <summary>The status that the client gets.</summary>
    public async Task<int> GetAsync(string path = "/", Action<HttpRequestMessage>? configure = null, CancellationToken? cancelled = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        configure?.Invoke(request);
        using var response = await Client.SendAsync(request, cancelled ?? Cancelled);
        return (int)response.StatusCode;
    }

    public Task<int[]> GetAtOnceAsync(int calls) => Task.WhenAll(Enumerable.Range(0, calls).Select(_ => Task.Run(() => GetAsync(), Cancelled)));

    /// <summary>Sends through <see cref="Invoker"/>; a synchronous call on a thread of its own.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async = true, CancellationToken? cancelled = null)
    {
        var token = cancelled ?? Cancelled;
        return async ? Invoker.SendAsync(request, token) : Task.Run(() => Invoker.Send(request, token), CancellationToken.None);
    }

    /// <summary>Lets the time pass until the next timer is due.</summary>
    public async Task<TimeSpan> PassAsync()
    {
        var wait = await Clock.WaitForTimerAsync(Cancelled);
        Clock.Advance(wait);
        return wait;
    }

    public void Dispose()
    {
        _services.Dispose();
        if (_upstream.IsValueCreated)
            _upstream.Value.Dispose();
    }
}
