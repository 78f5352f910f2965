namespace Resilience.Http.Quotas.Tests;

/// <summary>A replica that is promoted by hand once its master is gone.</summary>
public sealed class RedisFailoverTests : IAsyncLifetime
{
    private static readonly QuotaLimit Limit = new("shop", "", 1 / 3600.0, 1000);

    private readonly RedisServer _master = new();
    private readonly RedisServer _replica = new();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(_master.IsInstalled, RedisServer.Missing);
        await _master.InitializeAsync();
        await _replica.InitializeAsync();
        await _replica.FollowAsync(_master);
    }

    [Fact]
    public async Task Fails_no_request_and_is_over_with_the_promotion()
    {
        await using var shop = await ShopOverRedis.OpenAsync(_master, _replica);
        await shop.SendAsync(20);
        await _master.KillAsync();
        await shop.SendUntilLostAsync();
        await shop.SendAsync(20);
        shop.IsLost.Should().BeTrue("a replica grants nothing");

        await _replica.LeadAsync();

        await shop.Invoking(other => other.SendUntilBackAsync()).Should().NotThrowAsync();
    }

    [Fact]
    public async Task Nothing_is_granted_again_that_the_replica_has_heard_of()
    {
        await LeaseAsync(_master, 600);
        await _master.WaitForReplicaAsync();

        await _master.KillAsync();
        await _replica.LeadAsync();

        (await LeaseAsync(_replica, 1000)).Should().Be(400);
    }

    [Fact]
    public async Task What_the_replica_has_not_heard_of_is_granted_again_and_no_more()
    {
        await LeaseAsync(_master, 600);
        await _master.WaitForReplicaAsync();
        await _replica.LeadAsync();

        await LeaseAsync(_master, 100);
        await _master.KillAsync();

        (await LeaseAsync(_replica, 1000)).Should().Be(400);
    }

    public async ValueTask DisposeAsync()
    {
        await _master.DisposeAsync();
        await _replica.DisposeAsync();
    }

    private static async Task<long> LeaseAsync(RedisServer server, long wanted)
        => (await new RedisQuotaStore(server.Connection).LeaseAsync(new("shop", "shop", [Limit], wanted), TestContext.Current.CancellationToken)).Granted;
}
