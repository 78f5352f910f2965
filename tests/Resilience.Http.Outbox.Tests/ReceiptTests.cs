using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class ReceiptTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_waited_for()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        var ended = host.Outbox.WaitAsync(receipt, Cancelled);
        await host.DrainAsync();

        (await ended).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Cancels_what_nobody_is_sending()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        (await host.Outbox.TryCancelAsync(receipt, Cancelled)).Should().BeTrue();
        await host.DrainAsync();

        server.Requests.Should().BeEmpty();
        (await host.Outbox.TryCancelAsync(receipt, Cancelled)).Should().BeFalse();
    }

    [Fact]
    public async Task Does_not_cancel_what_is_being_sent()
    {
        PayHost host = null!;
        var wasCancelled = true;
        using var server = new PayServer(async (_, _, _) =>
        {
            wasCancelled = await host.Outbox.TryCancelAsync((await host.AllAsync()).Single().Receipt, Cancelled);
            return new();
        });
        await using var _ = host = new PayHost(server);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();

        wasCancelled.Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_committed_with_the_callers_rows(bool commits)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        await using var host = new PayHost(server, file: folder.File);
        await host.Store.OpenAsync(Cancelled);
        await using var connection = new SqliteConnection($"Data Source={folder.File};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);

        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), transaction, Cancelled);
        await (commits ? transaction.CommitAsync(Cancelled) : transaction.RollbackAsync(Cancelled));
        await host.DrainAsync();

        server.Requests.Should().HaveCount(commits ? 1 : 0);
        (await host.Outbox.FindAsync(receipt, Cancelled) is not null).Should().Be(commits);
    }

    [Fact]
    public async Task Says_nothing_that_is_secret()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server);
        var receipt = await host.KeepAsync(PayHost.Charge("sk_key", body: "card=4242"));

        var entry = await host.FindAsync(receipt);

        $"{entry} {string.Join(' ', host.Log.Lines)}".Should().NotContainAny("sk_key", "4242");
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure, 2)]
    [InlineData(OutboxMode.WriteAhead, 0)]
    public async Task Says_how_many_attempts_were_sent(OutboxMode mode, int again)
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(
            server, outbox => outbox.Mode = mode, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero)));

        var first = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));
        var second = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        first.Should().BeOfType<OutboxKeptException>().Which.Attempts.Should().Be(2);
        second.Should().BeOfType<OutboxKeptException>().Which.Attempts.Should().Be(again);
    }

    [Fact]
    public async Task Says_that_an_open_circuit_let_nothing_out()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, inner: client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1));

        var first = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge("one"), Cancelled));
        var second = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge("two"), Cancelled));

        first.Should().BeOfType<OutboxKeptException>().Which.Attempts.Should().Be(1);
        second.Should().BeOfType<OutboxKeptException>().Which.Attempts.Should().Be(0);
    }
}
