namespace Resilience.Http.Outbox.Tests;

/// <summary>In transaction mode, where the next statement may find another connection to the server.</summary>
public sealed class PgBouncerStoreTests(PostgreSqlServer server, PgBouncer bouncer) : PostgreSqlContract(server), IClassFixture<PgBouncer>
{
    private protected override string Reach(string connection)
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, "PgBouncer is not installed (apt-get install pgbouncer)");
        return bouncer.Reach(connection);
    }
}
