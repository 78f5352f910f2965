namespace Resilience.Http.Quotas.Tests;

[Collection<ProcessesAlone>]
public sealed class PostgreSqlProcessesTests(PostgreSqlDatabase database) : ProcessesContract
{
    private protected override string Place
    {
        get
        {
            Assert.SkipUnless(PostgreSqlDatabase.Missing is null, PostgreSqlDatabase.Missing ?? string.Empty);
            return database.Source.ConnectionString;
        }
    }
}
