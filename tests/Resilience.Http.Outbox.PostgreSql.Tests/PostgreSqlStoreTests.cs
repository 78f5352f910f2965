namespace Resilience.Http.Outbox.Tests;

public sealed class PostgreSqlStoreTests(PostgreSqlServer server) : PostgreSqlContract(server), IClassFixture<PostgreSqlServer>
{
    private protected override string Reach(string connection) => connection;
}
