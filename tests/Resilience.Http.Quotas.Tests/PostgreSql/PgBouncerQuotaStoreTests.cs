namespace Resilience.Http.Quotas.Tests;

/// <summary>PostgreSQL behind PgBouncer in transaction mode.</summary>
public sealed class PgBouncerQuotaStoreTests(PgBouncer bouncer, PostgreSqlDatabase database) : WallClockContract, IClassFixture<PgBouncer>
{
    protected override IQuotaStore Store
    {
        get
        {
            Assert.SkipUnless(bouncer.Missing is null, bouncer.Missing ?? string.Empty);
            return new PostgreSqlQuotaStore(bouncer.Source);
        }
    }

    protected override Task SetBackAsync(TimeSpan time) => database.SetBackAsync(Run, time);
}
