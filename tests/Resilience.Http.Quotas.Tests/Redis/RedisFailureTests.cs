using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Resilience.Http.Quotas.Tests;

/// <summary>What happens to a Redis server happens to no request.</summary>
public sealed class RedisFailureTests : IAsyncLifetime
{
    private readonly RedisServer _server = new();
    private ServiceProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(_server.IsInstalled, RedisServer.Missing);
        await _server.InitializeAsync();
        var services = new ServiceCollection();
        services.AddSingleton(await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port},abortConnect=false") as IConnectionMultiplexer);
        services.AddRedisQuotas();
        services.AddResilientHttpClient("shop", client => client.BaseAddress = new("https://shop.example/")).AddQuota(quota => quota.PermitsPerSecond = 100_000);
        services.AddScriptedUpstream("shop", script => script.Answer(200));
        _provider = services.BuildServiceProvider();
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_fails_no_request()
    {
        await SendAsync(20);
        await _server.KillAsync();
        await SendUntilAsync(isFallback: true);
        await _server.StartAsync();

        var back = await SendUntilAsync(isFallback: false);

        back.Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_server_that_stands_still_costs_a_request_no_more_than_the_timeout()
    {
        await SendAsync(20);
        _server.Signal("STOP");

        var slowest = await SendUntilAsync(isFallback: true, slowest: true);
        _server.Signal("CONT");
        await SendUntilAsync(isFallback: false);

        slowest.Should().BeLessThan(TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
            await _provider.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task SendAsync(int requests)
    {
        using var client = _provider.GetRequiredService<IHttpClientFactory>().CreateClient("shop");
        for (var i = 0; i < requests; i++)
            (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    /// <returns>How long that took, or the slowest request.</returns>
    private async Task<TimeSpan> SendUntilAsync(bool isFallback, bool slowest = false)
    {
        var (started, longest) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
        await Programs.UntilAsync(async () =>
        {
            var sent = TimeProvider.System.GetTimestamp();
            await SendAsync(1);
            var took = TimeProvider.System.GetElapsedTime(sent);
            longest = took > longest ? took : longest;
            return _provider.GetRequiredService<ResilienceRegistry>()["shop"].Quotas.Single().IsFallback == isFallback;
        });
        return slowest ? longest : TimeProvider.System.GetElapsedTime(started);
    }
}
