using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;

namespace Resilience.Http.Quotas.Tests;

/// <summary>One instance of a program with a client "shop", which shares a clock and a store with others.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public Instance(VirtualClock clock, IQuotaStore store, Action<QuotaOptions>? configure = null, Action<UpstreamScript>? script = null, IConfigurationSection? section = null, IQuotaProvider? provider = null, Action<IResilientHttpClientBuilder>? inner = null, ILoggerProvider? log = null)
    {
        Clock = clock;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(store);
        if (log is not null)
            services.AddLogging(logging => logging.AddProvider(log));
        if (provider is not null)
            services.AddSingleton(provider);
        var builder = section is null
            ? services.AddResilientHttpClient("shop", client => client.BaseAddress = new("https://shop.example/")).AddQuota(Configure(configure))
            : services.AddResilientHttpClient("shop", section, client => client.BaseAddress = new("https://shop.example/"));
        inner?.Invoke(builder);
        builder.AddAttemptTimeout();
        Upstream = services.AddScriptedUpstream("shop", script ?? (answers => answers.Answer(200)));
        _provider = services.BuildServiceProvider();
    }

    public VirtualClock Clock { get; }

    public ScriptedUpstream Upstream { get; }

    public ResilientClientInfo Info => _provider.GetRequiredService<ResilienceRegistry>()["shop"];

    public HttpClient Client => _provider.GetRequiredService<IHttpClientFactory>().CreateClient("shop");

    public T Service<T>()
        where T : notnull
        => _provider.GetRequiredService<T>();

    /// <summary>Sends a request that the clock need not wait for.</summary>
    public Task<HttpResponseMessage> GetAsync(string address = "/") => Client.GetAsync(address, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private static Action<QuotaOptions> Configure(Action<QuotaOptions>? configure) => quota =>
    {
        quota.PermitsPerSecond = 1000;
        configure?.Invoke(quota);
    };
}
