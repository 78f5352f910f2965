using System.Data.Common;
using System.Transactions;
using Npgsql;

[assembly: AssemblyFixture(typeof(Resilience.Http.Outbox.Tests.PostgreSqlServer))]

namespace Resilience.Http.Outbox.Tests;

/// <summary>What the store has to do on PostgreSQL, however the connections get there.</summary>
public abstract class PostgreSqlContract(PostgreSqlServer server) : StoreContract
{
    private NpgsqlDataSource? _source;

    [Fact]
    public async Task Lends_each_entry_to_one_of_many_workers()
    {
        foreach (var i in Enumerable.Range(0, 100))
            await Store.AddAsync(Row($"{i}"), null, Cancelled);
        await using var second = new PostgreSqlOutboxStore(_source!);

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Store : second).ClaimAsync(new("pay", "here", 8, TimeSpan.FromMinutes(1), true), Cancelled)));

        claims.SelectMany(rows => rows).Select(row => row.Id).Should().OnlyHaveUniqueItems().And.HaveCount(100);
    }

    [Fact]
    public async Task Keeps_the_order_in_which_transactions_were_committed()
    {
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await Store.AddAsync(Row("first") with { OrderingKey = "account" }, transaction, Cancelled);

        var second = Store.AddAsync(Row("second") with { OrderingKey = "account" }, null, Cancelled);
        var other = await Store.AddAsync(Row("other") with { OrderingKey = "elsewhere" }, null, Cancelled);
        await transaction.CommitAsync(Cancelled);
        await second;

        other.Id.Should().Be("other");
        (await ClaimAsync()).Select(row => row.Id).Should().BeEquivalentTo("first", "other");
    }

    [Fact]
    public async Task Commits_durably_where_the_callers_connection_does_not()
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, null, "SET synchronous_commit = off");
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        await Store.AddAsync(Row("a"), transaction, Cancelled);

        await using var command = connection.CreateCommand();
        command.CommandText = "SHOW synchronous_commit";
        (await command.ExecuteScalarAsync(Cancelled)).Should().Be("on");
    }

    [Fact]
    public async Task Keeps_what_it_has_kept_though_the_scope_around_is_rolled_back()
    {
        var row = Row("a");
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await Store.AddAsync(row, null, Cancelled);
            await Store.TryReplaceAsync(row with { Tries = 3, Fence = 1 }, row.Fence, Cancelled);
        }

        (await Store.FindAsync("a", Cancelled))!.Tries.Should().Be(3);
    }

    [Fact]
    public async Task Says_why_it_cannot_keep_though_the_connection_is_gone()
    {
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        var server = await ScalarAsync(connection, "SELECT pg_backend_pid()");
        await using (var other = await ConnectAsync())
            await ExecuteAsync(other, null, $"SELECT pg_terminate_backend({server})");

        await FluentActions.Awaiting(() => Store.AddAsync(Row("a"), transaction, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();
    }

    [Fact]
    public async Task Takes_a_result_once_more_whose_first_commit_nobody_heard_of()
    {
        var row = Row("a");
        await Store.AddAsync(row, null, Cancelled);
        var cancelled = row with { State = OutboxState.Cancelled, Fence = 1, EndedAt = Now };

        var first = await Store.TryReplaceAsync(cancelled, row.Fence, Cancelled);
        var again = await Store.TryReplaceAsync(cancelled, row.Fence, Cancelled);

        (first, again).Should().Be((true, true));
    }

    [Fact]
    public async Task Leaves_the_time_that_it_has_reached_to_the_next_worker_though_the_server_was_set_back()
    {
        await using (var connection = await ConnectAsync())
            await ExecuteAsync(connection, null, "UPDATE outbox_store SET clock = statement_timestamp() + interval '1 hour'");
        foreach (var _ in Enumerable.Range(0, 4))
        {
            Clock.Advance(TimeSpan.FromMinutes(10));
            await Store.FindDueAsync(Cancelled);
        }

        await using var next = new PostgreSqlOutboxStore(_source!);
        await next.OpenAsync(Cancelled);

        next.Now.Should().BeAfter(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(75));
    }

    // While a machine sleeps, no time passes but on the wall; the server's has.
    [Fact]
    public async Task Asks_for_the_time_again_when_its_machine_has_slept()
    {
        await Store.FindDueAsync(Cancelled);
        await using (var connection = await ConnectAsync())
            await ExecuteAsync(connection, null, "UPDATE outbox_store SET clock = statement_timestamp() + interval '1 day'");
        Clock.Set(TimeSpan.FromDays(1));

        await Store.OpenAsync(Cancelled);

        Store.Now.Should().BeCloseTo(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Rejects_tables_of_a_newer_version()
    {
        await using (var connection = await ConnectAsync())
            await ExecuteAsync(connection, null, "UPDATE outbox_store SET version = 2");

        await using var store = new PostgreSqlOutboxStore(_source!);
        (await FluentActions.Awaiting(() => store.OpenAsync(Cancelled)).Should().ThrowAsync<OutboxUnavailableException>()).WithMessage("*version 2*");
    }

    /// <summary>How the tests get to a database of the server.</summary>
    private protected abstract string Reach(string connection);

    private protected override async Task<IOutboxStore> MakeAsync()
    {
        _source = NpgsqlDataSource.Create(Reach(await server.MakeDatabaseAsync()));
        return new PostgreSqlOutboxStore(_source, Clock);
    }

    private protected override async Task EndAsync()
    {
        if (Store is IAsyncDisposable store)
            await store.DisposeAsync();
        if (_source is not null)
            await _source.DisposeAsync();
    }

    private protected override async Task<DbConnection> ConnectAsync() => await _source!.OpenConnectionAsync(Cancelled);
}
