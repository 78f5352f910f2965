namespace Resilience.Http.Quotas.Tests;

[Collection<ProcessesAlone>]
public sealed class PgBouncerProcessesTests(PgBouncer bouncer) : ProcessesContract, IClassFixture<PgBouncer>
{
    private protected override string Place
    {
        get
        {
            Assert.SkipUnless(bouncer.Missing is null, bouncer.Missing ?? string.Empty);
            return bouncer.Source.ConnectionString;
        }
    }
}
