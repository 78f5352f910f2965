namespace Resilience.Http.Quotas.Tests;

/// <summary>What happens to a Redis server happens to no request.</summary>
public sealed class RedisFailureTests : IAsyncLifetime
{
    private readonly RedisServer _server = new();
    private ShopOverRedis _shop = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(_server.IsInstalled, RedisServer.Missing);
        await _server.InitializeAsync();
        _shop = await ShopOverRedis.OpenAsync(_server);
        await _shop.SendAsync(20);
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_fails_no_request()
    {
        await _server.KillAsync();
        await _shop.SendUntilLostAsync();
        await _server.StartAsync();

        await _shop.Invoking(shop => shop.SendUntilBackAsync()).Should().NotThrowAsync();
    }

    [Fact]
    public async Task A_server_that_stands_still_holds_no_request_up()
    {
        _server.Signal("STOP");
        await _shop.SendUntilLostAsync();
        await _shop.SendAsync(20);
        _server.Signal("CONT");

        await _shop.Invoking(shop => shop.SendUntilBackAsync()).Should().NotThrowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_shop is not null)
            await _shop.DisposeAsync();
        await _server.DisposeAsync();
    }
}
