using System.Collections.Concurrent;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Whose turn it is: fair between destinations, in order where that is asked for.</summary>
public sealed class TurnTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drains_one_destination_while_ten_thousand_wait_for_another()
    {
        using var server = new PayServer(async (_, request, cancelled) =>
        {
            if (request.RequestUri!.Host == "dead.test")
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return new();
        });
        await using var host = new PayHost(server, outbox => outbox.AllowedAuthorities.UnionWith(["https://dead.test", "https://pay.test"]));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("dead", path: "https://dead.test/charges"), cancellationToken: Cancelled);
        await CopyAsync(host.File, copies: 10_000);
        foreach (var i in Enumerable.Range(0, 100))
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge($"live-{i}"), cancellationToken: Cancelled);

        using var stop = new CancellationTokenSource();
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        await drain.StartAsync(Cancelled);
        while (server.Requests.Count(request => request.Address.Host == "pay.test") < 100)
            await Task.Yield();
        await stop.CancelAsync();
        await drain.StopAsync(stop.Token);

        server.Requests.Count(request => request.Address.Host == "dead.test").Should().BeInRange(1, 16);
    }

    [Fact]
    public async Task Sends_one_after_the_other_where_an_order_is_asked_for()
    {
        var (busy, overlaps) = (new ConcurrentDictionary<char, bool>(), 0);
        using var server = new PayServer(async (_, request, _) =>
        {
            var account = request.GetIdempotencyKey()![0];
            if (!busy.TryAdd(account, true))
                Interlocked.Increment(ref overlaps);
            await Task.Yield();
            busy.TryRemove(account, out _);
            return new();
        });
        await using var host = new PayHost(server);
        // Due in the reverse order, as after failures.
        for (var i = 0; i < 10; i++)
        {
            foreach (var account in "abcdefgh")
                await EnqueueAsync(host, $"{account}-{i}", $"{account}", due: TimeSpan.FromSeconds(10 - i));
        }

        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        foreach (var account in "abcdefgh")
            server.Keys.Where(key => key![0] == account).Should().Equal(Enumerable.Range(0, 10).Select(i => $"{account}-{i}"));
        overlaps.Should().Be(0);
    }

    [Fact]
    public async Task Keeps_a_thousand_orders_apart_even_if_the_first_of_one_fails()
    {
        var failed = new ConcurrentDictionary<string, bool>();
        using var server = new PayServer((_, request, _) => Task.FromResult(new HttpResponseMessage(
            request.GetIdempotencyKey() is { } key && key.EndsWith("0-1", StringComparison.Ordinal) && failed.TryAdd(key, true) ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK)));
        await using var host = new PayHost(server);
        foreach (var place in new[] { "1", "2", "3" })
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(account => EnqueueAsync(host, $"{account}-{place}", $"{account}")));

        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 2);

        var orders = server.Keys.ToLookup(key => key!.Split('-')[0], key => key!.Split('-')[1]);
        orders.Should().HaveCount(1000);
        orders.Should().OnlyContain(order => order.SequenceEqual(order.Key.EndsWith('0') ? new[] { "1", "1", "2", "3" } : new[] { "1", "2", "3" }));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Waits_behind_a_dead_letter_unless_it_is_to_be_skipped(bool skips, int requests)
    {
        using var server = new PayServer(410, 200);
        await using var host = new PayHost(server, outbox => outbox.SkipDeadLetters = skips);
        foreach (var key in new[] { "one", "two" })
            await EnqueueAsync(host, key, "account");

        await host.Services.GetRequiredService<OutboxDrain>().RunAsync(Cancelled);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        server.Requests.Should().HaveCount(requests);
    }

    private static async Task EnqueueAsync(PayHost host, string key, string orderingKey, TimeSpan due)
    {
        await EnqueueAsync(host, key, orderingKey);
        var row = (await host.Store.ListAsync(new() { Limit = 1000 }, Cancelled)).Single(row => row.Key == key);
        await host.Store.TryReplaceAsync(row with { DueAt = row.DueAt + due }, row.Fence, Cancelled);
    }

    private static async Task EnqueueAsync(PayHost host, string key, string orderingKey)
    {
        using var request = PayHost.Charge(key);
        request.SetOrderingKey(orderingKey);
        await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);
    }

    // At once, as one by one they take longer than the test.
    private static async Task CopyAsync(string file, int copies)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var copy = connection.CreateCommand();
        copy.CommandText = $"""
            CREATE TEMP TABLE copies AS SELECT * FROM outbox_entry LIMIT 1;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies})
            INSERT INTO outbox_entry SELECT NULL, id || i, {string.Join(", ", Columns.Select(column => column == "key" ? "key || i" : column))} FROM copies, n;
            """;
        await copy.ExecuteNonQueryAsync(Cancelled);
    }

    // After the number and the id.
    private static IEnumerable<string> Columns => SqliteRows.Columns.Split(',', StringSplitOptions.TrimEntries).Skip(1);
}
