namespace Resilience.Http.Quotas.Tests;

/// <summary>Garnet in this process. Without LuaTransactionMode it grants too much; that shows over several connections only.</summary>
public sealed class GarnetQuotaStoreTests(GarnetProcess garnet) : WallClockContract, IClassFixture<GarnetProcess>
{
    protected override IQuotaStore Store => garnet.Store;

    protected override Task SetBackAsync(TimeSpan time) => RedisClock.SetBackAsync(garnet.Connection, Run, time);
}
