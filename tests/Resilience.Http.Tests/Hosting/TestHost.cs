using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests;

/// <summary>A service provider with one resilient client, "test", on a controlled clock whose short waits take no time.</summary>
internal sealed class TestHost : IDisposable
{
    private readonly ServiceProvider _services;

    public TestHost(Action<IResilientHttpClientBuilder>? policies = null, string url = "http://upstream.test/", HttpMessageHandler? primary = null, ControlledClock? clock = null, bool inRealTime = false)
    {
        Clock = clock ?? new ControlledClock { AutoAdvance = true, LongestAutoAdvance = TimeSpan.FromSeconds(4) };
        var services = new ServiceCollection();
        services.AddSingleton(inRealTime ? TimeProvider.System : Clock);
        services.AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug));
        var builder = services.AddResilientHttpClient("test", client => client.BaseAddress = new Uri(url));
        if (primary is not null)
            builder.ConfigurePrimaryHttpMessageHandler(() => primary);
        policies?.Invoke(builder);
        _services = services.BuildServiceProvider();
    }

    public ControlledClock Clock { get; }

    public LogRecorder Log { get; } = new();

    /// <summary>A new client each time, over the same handlers.</summary>
    public HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    /// <summary>The chain of handlers itself, without the client's own timeout and buffering.</summary>
    public HttpMessageInvoker Invoker => new(Handler, disposeHandler: false);

    public HttpMessageHandler Handler => _services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("test");

    public ResilientClientInfo Inside => _services.GetRequiredService<ResilienceRegistry>()["test"];

    public void Dispose() => _services.Dispose();
}
