using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>A client "shop" whose quota lies in Redis, and what becomes of that store.</summary>
internal sealed class ShopOverRedis : IAsyncDisposable, IObserver<ClientEvent>
{
    private readonly ServiceProvider _provider;
    private readonly HttpClient _client;
    private volatile bool _isLost;

    private ShopOverRedis(IConnectionMultiplexer connection)
    {
        var services = new ServiceCollection();
        services.AddSingleton(_ => connection);
        services.AddRedisQuotas();
        services.AddResilientHttpClient("shop", client => client.BaseAddress = new("https://shop.example/")).AddQuota(quota => (quota.PermitsPerSecond, quota.ExpectedInstances) = (1000, 1));
        services.AddScriptedUpstream("shop", script => script.Answer(200));
        _provider = services.BuildServiceProvider();
        _client = _provider.GetRequiredService<IHttpClientFactory>().CreateClient("shop");
        _provider.GetRequiredService<ResilienceRegistry>().Changes.Subscribe(this);
    }

    /// <summary>Whether the store does not answer. On a busy machine it may seem so before anything is done to it.</summary>
    public bool IsLost => _isLost;

    public static async Task<ShopOverRedis> OpenAsync(params RedisServer[] servers)
        => new(await ConnectionMultiplexer.ConnectAsync($"{string.Join(',', servers.Select(server => $"127.0.0.1:{server.Port}"))},abortConnect=false"));

    /// <summary>Sends requests, none of which may fail, until the store is lost.</summary>
    public Task SendUntilLostAsync() => SendUntilAsync(isLost: true);

    /// <summary>Sends requests, none of which may fail, until the store is back.</summary>
    public Task SendUntilBackAsync() => SendUntilAsync(isLost: false);

    public async Task SendAsync(int requests)
    {
        for (var i = 0; i < requests; i++)
            (await _client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _provider.DisposeAsync();
    }

    void IObserver<ClientEvent>.OnNext(ClientEvent value)
    {
        if (value is QuotaStoreChange change)
            _isLost = change.IsLost;
    }

    void IObserver<ClientEvent>.OnError(Exception error)
    {
    }

    void IObserver<ClientEvent>.OnCompleted()
    {
    }

    private async Task SendUntilAsync(bool isLost)
    {
        while (_isLost != isLost)
            await SendAsync(1);
    }
}
