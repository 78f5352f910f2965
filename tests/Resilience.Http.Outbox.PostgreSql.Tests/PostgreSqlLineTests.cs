using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Servers that go away in the middle, or come back with less than they had.</summary>
public sealed class PostgreSqlLineTests(PostgreSqlServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("account-7")]
    public async Task Knows_that_it_has_kept_a_call_whose_commit_nobody_heard_of(string? orderingKey)
    {
        var place = await server.MakeDatabaseAsync();
        using var line = new PostgreSqlLine(place);
        using var bank = new PayServer(200);
        await using var host = Host(bank, line.ConnectionString);
        await host.Store.OpenAsync(Cancelled);
        var request = PayHost.Charge();
        if (orderingKey is not null)
            request.SetOrderingKey(orderingKey);
        line.Break("INSERT INTO outbox_entry", times: 1);

        using var response = await host.Client.SendAsync(request, Cancelled);

        bank.Requests.Should().ContainSingle();
        (await host.Store.ListAsync(new(), Cancelled)).Should().ContainSingle();
    }

    [Fact]
    public async Task Says_that_a_call_may_be_kept_whose_commit_nobody_heard_of_twice()
    {
        var place = await server.MakeDatabaseAsync();
        using var line = new PostgreSqlLine(place);
        using var bank = new PayServer(503);
        await using var host = Host(bank, line.ConnectionString, OutboxMode.OnFailure);
        await host.Store.OpenAsync(Cancelled);
        line.Break("INSERT INTO outbox_entry", times: 2);

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        failure.Should().BeOfType<OutboxUnavailableException>().Which.MayBeKept.Should().BeTrue();
        (await host.Store.ListAsync(new(), Cancelled)).Should().ContainSingle();
    }

    [Fact]
    public async Task Does_not_take_what_was_claimed_and_nobody_heard_of_for_sent()
    {
        var place = await server.MakeDatabaseAsync();
        using var line = new PostgreSqlLine(place);
        using var bank = new PayServer(200);
        await using var host = Host(bank, line.ConnectionString, profile: IdempotencyProfile.PayPal);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        line.Break("WITH c AS MATERIALIZED", times: 1);
        await FluentActions.Awaiting(host.DrainAsync).Should().ThrowAsync<OutboxUnavailableException>();

        await host.DrainAsync();

        var entry = await host.FindAsync(receipt);
        (entry.State, entry.Tries).Should().Be((OutboxState.Done, 1));
        bank.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Finds_calls_to_a_destination_that_the_server_has_lost()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using var host = Host(bank, place);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("one"), cancellationToken: Cancelled);
        await host.DrainAsync();
        await ExecuteAsync(place, "DELETE FROM outbox_destination");

        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("two"), cancellationToken: Cancelled);
        await host.DrainAsync();

        bank.Requests.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("repeatable read")]
    [InlineData("serializable")]
    public async Task Is_used_by_many_whatever_the_isolation_of_the_database(string level)
    {
        var place = await server.MakeDatabaseAsync();
        await ExecuteAsync(place, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(place).Database} SET default_transaction_isolation = '{level}'");
        using var bank = new PayServer(200);
        await using var one = Host(bank, place + ";Application Name=one");
        await using var two = Host(bank, place + ";Application Name=two");
        PayHost[] hosts = [one, two];

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
        {
            var request = PayHost.Charge($"{i}");
            request.SetOrderingKey($"account-{i % 10}");
            return hosts[i % 2].Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);
        }));
        for (var round = 0; round < 40; round++)
            await Task.WhenAll(hosts.Select(host => host.DrainAsync()));

        bank.Requests.Should().HaveCount(200);
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Gives_its_first_call_the_servers_time(OutboxMode mode)
    {
        using var bank = new PayServer(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        await using var host = Host(bank, await server.MakeDatabaseAsync(), mode);
        host.Clock.Set(TimeSpan.FromDays(2));

        var entry = await host.FindAsync(await host.KeepAsync());

        entry.KeptAt.Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5));
        entry.FirstSentAt.Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Has_a_new_worker_wait_for_no_transaction_that_keeps_a_call()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using var first = Host(bank, place);
        await first.Store.OpenAsync(Cancelled);
        await using var source = NpgsqlDataSource.Create(place);
        await using var connection = await source.OpenConnectionAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await first.Outbox.EnqueueAsync("pay", PayHost.Charge(), transaction, Cancelled);
        await using var second = Host(bank, place + ";Command Timeout=2");

        await second.Store.OpenAsync(Cancelled);

        (await second.Store.ListAsync(new(), Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Holds_up_no_result_for_an_entry_that_somebody_has_locked()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using var host = Host(bank, place);
        var locked = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("locked"), cancellationToken: Cancelled);
        await using var source = NpgsqlDataSource.Create(place);
        await using var connection = await source.OpenConnectionAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM outbox_entry FOR UPDATE", connection, transaction))
            await hold.ExecuteNonQueryAsync(Cancelled);
        var cancelling = host.Outbox.TryCancelAsync(locked, Cancelled);
        for (var i = 0; i < 3; i++)
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge($"{i}"), cancellationToken: Cancelled);

        await host.DrainAsync();

        (await host.AllAsync()).Count(entry => entry.State is OutboxState.Done).Should().Be(3);
        cancelling.IsCompleted.Should().BeFalse();
        await transaction.RollbackAsync(Cancelled);
        (await cancelling).Should().BeTrue();
    }

    [Fact]
    public async Task Keeps_calls_in_as_many_transactions_as_there_are_connections()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using var host = Host(bank, place + ";Maximum Pool Size=2;Timeout=2");
        await host.Store.OpenAsync(Cancelled);
        // The store's look at the server's clock is old.
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var source = host.Services.GetRequiredService<NpgsqlDataSource>();
        NpgsqlConnection[] connections = [await source.OpenConnectionAsync(Cancelled), await source.OpenConnectionAsync(Cancelled)];

        foreach (var (i, connection) in connections.Index())
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge($"{i}"), transaction, Cancelled);
            await transaction.CommitAsync(Cancelled);
        }

        foreach (var connection in connections)
            await connection.DisposeAsync();
        (await host.AllAsync()).Should().HaveCount(2);
    }

    // No worker has run for 25 hours, and a month ago is when the server's clock was ahead for a moment.
    [Fact]
    public async Task Goes_on_by_the_servers_clock_though_that_was_ahead_once()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using (var before = Host(bank, place))
            await before.Store.OpenAsync(Cancelled);
        await ExecuteAsync(place, """
            UPDATE outbox_store SET clock = statement_timestamp() + interval '30 days' - interval '25 hours';
            UPDATE outbox_wall SET clock = statement_timestamp() + interval '30 days' - interval '25 hours', wall = statement_timestamp() - interval '25 hours';
            """);
        await using var host = Host(bank, place);

        await host.Store.OpenAsync(Cancelled);

        host.Store.Now.Should().BeCloseTo(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(30), TimeSpan.FromMinutes(5));
    }

    private static PayHost Host(PayServer bank, string connection, OutboxMode mode = OutboxMode.WriteAhead, IdempotencyProfile? profile = null)
        => new(bank, outbox => outbox.Mode = mode, profile, store: services => services.AddSingleton(_ => NpgsqlDataSource.Create(connection)).AddPostgreSqlOutbox());

    private static async Task ExecuteAsync(string place, string sql)
    {
        await using var source = NpgsqlDataSource.Create(place);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
