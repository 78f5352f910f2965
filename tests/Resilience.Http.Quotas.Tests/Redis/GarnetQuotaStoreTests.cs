namespace Resilience.Http.Quotas.Tests;

/// <summary>Garnet in this process. Without LuaTransactionMode it grants too much; that shows over several connections only.</summary>
public sealed class GarnetQuotaStoreTests(GarnetProcess garnet) : QuotaStoreContract, IClassFixture<GarnetProcess>
{
    protected override IQuotaStore Store => garnet.Store;
}
