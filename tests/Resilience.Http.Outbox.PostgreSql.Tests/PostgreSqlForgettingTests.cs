using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What is no longer needed goes, and not before.</summary>
public sealed class PostgreSqlForgettingTests(PostgreSqlServer server)
{
    private static readonly OutboxEnded Old = new("pay", OutboxState.Done, DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_out_the_orders_in_which_nothing_waits()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using var host = Host(bank, place);
        foreach (var account in new[] { "one", "two" })
            await EnqueueAsync(host, account, account);
        await host.DrainAsync();
        await EnqueueAsync(host, "again", "two");
        host.Clock.Advance(TimeSpan.FromMinutes(2));

        await host.Store.ForgetAsync(Old, Cancelled);

        (await ScalarAsync(place, "SELECT string_agg(key, ' ') FROM outbox_ordering")).Should().Be("two");
    }

    [Fact]
    public async Task Leaves_an_order_alone_that_a_transaction_goes_on_with()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using var host = Host(bank, place);
        await host.Store.OpenAsync(Cancelled);
        await ScalarAsync(place, "INSERT INTO outbox_ordering VALUES ('pay', 'account', 7)");
        await using var source = NpgsqlDataSource.Create(place);
        await using (var connection = await source.OpenConnectionAsync(Cancelled))
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await EnqueueAsync(host, "second", "account", transaction);
            await host.Store.ForgetAsync(Old, Cancelled);
            await transaction.CommitAsync(Cancelled);
        }

        await EnqueueAsync(host, "third", "account");

        (await ScalarAsync(place, "SELECT string_agg(key || ordering_no, ' ' ORDER BY key) FROM outbox_entry")).Should().Be("second8 third9");
    }

    [Fact]
    public async Task Takes_out_the_pauses_that_are_over()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using var host = Host(bank, place);
        await host.Store.OpenAsync(Cancelled);
        await host.Store.PauseAsync(new("pay", "over"), host.Store.Now - TimeSpan.FromMinutes(1), Cancelled);
        await host.Store.PauseAsync(new("pay", "still"), host.Store.Now + TimeSpan.FromHours(1), Cancelled);

        await host.Store.ForgetAsync(Old, Cancelled);

        (await ScalarAsync(place, "SELECT string_agg(name, ' ') FROM outbox_destination")).Should().Be("still");
    }

    // Which time that is the server says, and it may be ahead for a moment, seen by the others too.
    [Fact]
    public async Task Forgets_by_the_servers_time_when_that_has_stood_for_an_hour()
    {
        var place = await server.MakeDatabaseAsync();
        using var bank = new PayServer(200);
        await using (var other = Host(bank, place))
            await other.Store.OpenAsync(Cancelled);
        await ScalarAsync(place, "UPDATE outbox_store SET clock = statement_timestamp() + interval '30 days' RETURNING 1");
        await using var host = Host(bank, place);
        await host.Store.OpenAsync(Cancelled);

        var first = host.Store.Settled;
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        var later = host.Store.Settled;

        first.Should().BeBefore(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(365));
        later.Should().BeCloseTo(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(61), TimeSpan.FromMinutes(5));
    }

    private static PayHost Host(PayServer bank, string connection)
        => new(bank, store: services => services.AddSingleton(_ => NpgsqlDataSource.Create(connection)).AddPostgreSqlOutbox());

    private static async Task EnqueueAsync(PayHost host, string key, string account, NpgsqlTransaction? transaction = null)
    {
        using var request = PayHost.Charge(key);
        request.SetOrderingKey(account);
        await host.Outbox.EnqueueAsync("pay", request, transaction, Cancelled);
    }

    private static async Task<string?> ScalarAsync(string place, string sql)
    {
        await using var source = NpgsqlDataSource.Create(place);
        await using var command = source.CreateCommand(sql);
        return Convert.ToString(await command.ExecuteScalarAsync(Cancelled), CultureInfo.InvariantCulture);
    }
}
