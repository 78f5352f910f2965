namespace Resilience.Http.Quotas.Tests;

public sealed class PostgreSqlQuotaStoreTests(PostgreSqlDatabase database) : WallClockContract
{
    protected override IQuotaStore Store => NewStore();

    [Fact]
    public async Task Full_buckets_are_swept_away()
    {
        var store = NewStore();
        for (var group = 0; group < 20; group++)
        {
            QuotaLimit[] limits = [.. Enumerable.Range(0, 1000).Select(tenant => new QuotaLimit($"swept {group}/{tenant}", "", 1000, 1))];
            await store.LeaseAsync(new("test", "test", limits, 1), Cancelled);
        }

        var swept = await store.SweepAsync(Cancelled);

        swept.Should().BeGreaterThanOrEqualTo(20_000);
        (await store.SweepAsync(Cancelled)).Should().BeLessThan(1000);
    }

    [Fact]
    public async Task A_sweep_while_buckets_are_in_use_grants_nothing_twice()
    {
        var store = NewStore();
        var limit = Limit(0.001, 100);
        using var end = new CancellationTokenSource();
        var sweeping = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
                await store.SweepAsync(Cancelled);
        }, Cancelled);

        var granted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var sum = 0L;
            for (var i = 0; i < 20; i++)
                sum += (await LeaseAsync(1, limit)).Granted;
            return sum;
        })));
        await end.CancelAsync();
        await sweeping;

        granted.Sum().Should().Be(100);
    }

    [Fact]
    public async Task A_grant_does_not_wait_for_the_disk_and_other_transactions_still_do()
    {
        await LeaseAsync(1, Limit(1, 10));

        await using var command = database.Source.CreateCommand("SHOW synchronous_commit");
        (await command.ExecuteScalarAsync(Cancelled)).Should().Be("on");
    }

    [Fact]
    public async Task Tables_of_an_earlier_version_are_brought_up_to_date()
    {
        _ = NewStore();
        await using var old = await database.OpenSchemaAsync("earlier", """
            CREATE TABLE resilience_quota (k text PRIMARY KEY, full_at bigint NOT NULL, span double precision NOT NULL);
            CREATE TABLE resilience_quota_pause (k text, authority text, until bigint NOT NULL, PRIMARY KEY (k, authority));
            CREATE TABLE resilience_quota_instance (quota text, id text, seen bigint NOT NULL, PRIMARY KEY (quota, id));
            """);
        var store = new PostgreSqlQuotaStore(old);

        var grant = await store.LeaseAsync(new("test", "test", [Limit(0.001, 100)], 60), Cancelled);

        grant.Granted.Should().Be(60);
    }

    [Theory]
    [InlineData("DROP TABLE resilience_quota, resilience_quota_pause, resilience_quota_instance")]
    [InlineData("DROP TABLE resilience_quota")]
    [InlineData("DROP TABLE resilience_quota_pause")]
    [InlineData("ALTER TABLE resilience_quota RENAME TO gone")]
    [InlineData("ALTER TABLE resilience_quota DROP COLUMN written_at")]
    public async Task Tables_that_were_lost_are_made_again(string loss)
    {
        _ = NewStore();
        await using var source = await database.OpenSchemaAsync($"lost_{Guid.NewGuid():N}", PostgreSqlQuotaStore.Tables);
        var store = new PostgreSqlQuotaStore(source);
        await store.LeaseAsync(new("test", "test", [Limit(0.001, 100)], 60), Cancelled);
        await using (var command = source.CreateCommand(loss))
            await command.ExecuteNonQueryAsync(Cancelled);

        var first = await Record.ExceptionAsync(() => store.LeaseAsync(new("test", "test", [Limit(0.001, 100)], 60), Cancelled).AsTask());
        var second = await store.LeaseAsync(new("test", "test", [Limit(0.001, 100)], 40), Cancelled);

        (first is Npgsql.PostgresException, second.Granted).Should().Be((true, 40));
    }

    protected override Task SetBackAsync(TimeSpan time) => database.SetBackAsync(Run, time);

    private PostgreSqlQuotaStore NewStore()
    {
        Assert.SkipUnless(PostgreSqlDatabase.Missing is null, PostgreSqlDatabase.Missing ?? string.Empty);
        return new(database.Source);
    }
}
