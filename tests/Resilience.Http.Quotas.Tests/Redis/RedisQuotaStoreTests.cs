namespace Resilience.Http.Quotas.Tests;

public sealed class RedisQuotaStoreTests(RedisServer server) : WallClockContract, IClassFixture<RedisServer>
{
    protected override IQuotaStore Store
    {
        get
        {
            Assert.SkipUnless(server.IsInstalled, RedisServer.Missing);
            return new RedisQuotaStore(server.Connection);
        }
    }

    [Fact]
    public async Task Goes_on_when_the_server_has_forgotten_its_scripts()
    {
        var limit = Limit(0.001, 10);
        await LeaseAsync(3, limit);

        await server.Connection.GetServers()[0].ScriptFlushAsync();

        (await LeaseAsync(10, limit)).Granted.Should().Be(7);
    }

    [Fact]
    public async Task Keys_end_when_their_buckets_are_full()
    {
        var database = server.Connection?.GetDatabase(1);
        Assert.SkipUnless(server.IsInstalled, RedisServer.Missing);
        var store = new RedisQuotaStore(server.Connection!, new() { Database = 1 });
        var ended = await server.ExpectEndsAsync(database: 1, keys: 20_000);

        await Task.WhenAll(Enumerable.Range(0, 20_000).Select(tenant => store.LeaseAsync(new("test", $"tenant {tenant}", [new($"tenant {tenant}", "", 20, 20)], 1), Cancelled).AsTask()));
        await ended;

        (await database!.ExecuteAsync("DBSIZE")).ToString().Should().Be("0");
        (await store.LeaseAsync(new("test", "tenant 1", [new("tenant 1", "", 20, 20)], 100), Cancelled)).Granted.Should().Be(20);
    }

    [Fact]
    public async Task Takes_the_prefix_that_it_is_given()
    {
        Assert.SkipUnless(server.IsInstalled, RedisServer.Missing);
        var store = new RedisQuotaStore(server.Connection, new() { KeyPrefix = "mine", Database = 2 });

        await store.LeaseAsync(new("shop", "shop/a", [new("shop/a", "hour", 1, 1000)], 1) { Instance = "me" }, Cancelled);
        await store.PauseAsync("shop/a", "https://a:443", TimeSpan.FromSeconds(10), Cancelled);

        List<string> keys = [];
        await foreach (var key in server.Connection.GetServers()[0].KeysAsync(2))
            keys.Add(key!);
        keys.Should().BeEquivalentTo("mine:2:{shop/a}:b:hour", "mine:2:{shop/a}:p", "mine:2:{shop}:n");
    }

    [Theory]
    [MemberData(nameof(ForgedValues.All), MemberType = typeof(ForgedValues))]
    public Task Values_that_are_none_of_its_own_count_as_none(string forged)
    {
        Assert.SkipUnless(server.IsInstalled, RedisServer.Missing);
        return ForgedValues.CountAsNoneAsync(server.Connection, forged, Cancelled);
    }

    protected override Task SetBackAsync(TimeSpan time) => RedisClock.SetBackAsync(server.Connection, Run, time);
}
