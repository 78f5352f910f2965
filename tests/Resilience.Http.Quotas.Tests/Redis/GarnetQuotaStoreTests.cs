namespace Resilience.Http.Quotas.Tests;

/// <summary>Garnet in this process. Without LuaTransactionMode it grants too much; that shows over several connections only.</summary>
public sealed class GarnetQuotaStoreTests(GarnetProcess garnet) : WallClockContract, IClassFixture<GarnetProcess>
{
    protected override IQuotaStore Store => garnet.Store;

    [Theory]
    [MemberData(nameof(ForgedValues.All), MemberType = typeof(ForgedValues))]
    public Task Values_that_are_none_of_its_own_count_as_none(string forged) => ForgedValues.CountAsNoneAsync(garnet.Connection, forged, Cancelled);

    protected override Task SetBackAsync(TimeSpan time) => RedisClock.SetBackAsync(garnet.Connection, Run, time);
}
