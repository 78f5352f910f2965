namespace Resilience.Http.Outbox.Tests;

public sealed class PostgreSqlStoreTests(PostgreSqlServer server) : PostgreSqlContract(server)
{
    private protected override string Reach(string connection) => connection;
}
