using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A key that waits to be made later, and is sent by a caller meanwhile.</summary>
public sealed class SentKeysTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(null)]
    public async Task Begins_its_life_however_the_call_ends(int? status)
    {
        using var cancel = new CancellationTokenSource();
        using var server = new PayServer(async (_, _, cancelled) =>
        {
            if (status is { } known)
                return new((System.Net.HttpStatusCode)known);
            await cancel.CancelAsync();
            throw new OperationCanceledException(cancelled);
        });
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), cancel.Token));

        host.Clock.Advance(TimeSpan.FromHours(25));
        await host.DrainAsync();

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
    }

    [Fact]
    public async Task Counts_as_sent_though_the_process_is_killed_in_the_middle_and_is_sent_by_nobody_else_until_then()
    {
        using var folder = new TempFolder();
        using var end = new CancellationTokenSource();
        var hasCome = new TaskCompletionSource();
        using var server = new PayServer(async (number, _, cancelled) =>
        {
            hasCome.TrySetResult();
            await Task.Delay(number == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, cancelled);
            return new(System.Net.HttpStatusCode.OK);
        });
        await using var killed = new PayHost(server, file: folder.File);
        var receipt = await killed.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        var sending = killed.Client.SendAsync(PayHost.Charge(), end.Token);
        await hasCome.Task;

        await using var next = new PayHost(server, file: folder.File);
        await next.DrainAsync();
        await next.DrainAfterAsync(TimeSpan.FromHours(25));

        server.Requests.Should().ContainSingle();
        (await next.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
        await end.CancelAsync();
        await Record.ExceptionAsync(() => sending);
    }

    [Fact]
    public async Task Is_as_it_was_where_nothing_was_sent()
    {
        using var server = new PayServer(number => number == 0 ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused", new System.Net.Sockets.SocketException(111)) : new(System.Net.HttpStatusCode.OK));
        await using var host = new PayHost(server, outbox => outbox.Mode = OutboxMode.OnFailure, profile: IdempotencyProfile.PayPal);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        (await host.KeepAsync()).Should().Be(receipt);

        await host.DrainAsync();

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_asked_about_where_its_caller_was_told_what_only_the_server_can_explain(bool asks)
    {
        var asked = 0;
        using var server = new PayServer(500, 200);
        await using var host = new PayHost(
            server,
            profile: IdempotencyProfile.Checkout,
            services: services => _ = asks ? services.AddSingleton<IOutboxReconciler>(new Finds(() => asked++)) : services);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Should().ContainSingle();
        ((await host.FindAsync(receipt)).State, asked).Should().Be(asks ? (OutboxState.Done, 1) : (OutboxState.Dead, 0));
    }

    [Fact]
    public async Task Is_asked_about_also_where_a_drain_has_it_meanwhile()
    {
        using var server = new PayServer(500, 200);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Checkout);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        var claimed = (await host.Store.ClaimAsync(new("pay", "https://pay.test:443", 1, TimeSpan.FromMinutes(1), true), Cancelled)).Single();
        await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        await host.Store.TryReplaceAsync(claimed.Tried(mayHaveBeenProcessed: false).Waits(host.Store.Now, "503"), claimed.Fence, Cancelled);
        while ((await host.Store.FindAsync(receipt.Id, Cancelled))!.Doubt is OutboxDoubt.None)
            await Task.Yield();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
    }

    [Fact]
    public async Task Is_noted_when_the_store_is_well_again()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var fails = true;
        await using var host = new PayHost(server, store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call)
            => fails && method == nameof(IOutboxStore.FindWaitingAsync) ? Task.FromException<OutboxRow?>(new OutboxUnavailableException("it is busy")) : call())));
        foreach (var key in new[] { "one", "two" })
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge(key), cancellationToken: Cancelled);

        (await host.Client.SendAsync(PayHost.Charge("one"), Cancelled)).Dispose();
        fails = false;
        (await host.Client.SendAsync(PayHost.Charge("two"), Cancelled)).Dispose();

        await UntilAsync(async () => (await host.AllAsync()).All(entry => entry.FirstSentAt is not null)).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }

    [Fact]
    public async Task Begins_its_life_though_others_have_looked_before_its_transaction_was_committed()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);
        await host.Store.OpenAsync(Cancelled);
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={host.File};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA synchronous = FULL";
            await command.ExecuteNonQueryAsync(Cancelled);
        }

        OutboxReceipt receipt;
        await using (var transaction = await connection.BeginTransactionAsync(Cancelled))
        {
            receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), transaction, Cancelled);
            (await host.Client.SendAsync(PayHost.Charge("another"), Cancelled)).Dispose();
            await transaction.CommitAsync(Cancelled);
        }

        (await host.Client.SendAsync(PayHost.Charge(), Cancelled)).Dispose();

        (await host.FindAsync(receipt)).FirstSentAt.Should().NotBeNull();
    }

    [Fact]
    public async Task Is_not_sent_by_a_drain_beside_a_caller_who_began_before_it_was_kept()
    {
        var (hasCome, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var server = new PayServer(async (number, _, _) =>
        {
            if (number > 0)
                return new(System.Net.HttpStatusCode.Conflict);
            hasCome.SetResult();
            await goesOn.Task;
            return new(System.Net.HttpStatusCode.OK);
        });
        await using var host = new PayHost(server, profile: IdempotencyProfile.Mangopay);
        var sending = host.Client.SendAsync(PayHost.Charge("charge0000000001"), Cancelled);
        await hasCome.Task;
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("charge0000000001"), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        var meanwhile = server.Requests.Count;
        goesOn.SetResult();
        (await sending).Dispose();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        meanwhile.Should().Be(1);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_declined_for_all_where_its_caller_was_told_no(bool hasObservers)
    {
        var told = new List<OutboxState>();
        using var server = new PayServer(402, 200);
        await using var host = new PayHost(
            server,
            profile: IdempotencyProfile.Ppro,
            services: services => _ = hasObservers ? services.AddSingleton<IOutboxObserver>(new Hears(told)) : services);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        (await host.Client.SendAsync(PayHost.Charge(), Cancelled)).Dispose();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(10));

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Declined);
        told.Should().Equal(hasObservers ? [OutboxState.Declined] : []);
    }

    [Fact]
    public async Task Is_not_sent_where_the_call_is_made_under_another_one()
    {
        using var server = new PayServer(410, 200);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();
        (await host.Outbox.TryReviveAsync(receipt, newKey: true, Cancelled)).Should().BeTrue();

        (await host.KeepAsync()).Should().Be(receipt);
        await host.DrainAsync();

        server.Requests.Should().HaveCount(2);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Is_looked_for_once_a_second_while_nothing_waits()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var looks = 0;
        await using var host = new PayHost(
            server,
            services: services => services.AddSingleton<TimeProvider>(new StandingClock()),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, given, call) =>
            {
                looks += method == nameof(IOutboxStore.FindWaitingAsync) && given[1] is string ? 1 : 0;
                return call();
            })));

        foreach (var key in new[] { "one", "two", "three" })
            (await host.Client.SendAsync(PayHost.Charge(key), Cancelled)).Dispose();

        looks.Should().Be(1);
    }

    [Fact]
    public async Task Holds_up_no_call_that_has_gone_well()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        await using var host = new PayHost(server, store: services => services.AddSingleton(StoreProxy.Of(
            file, (method, _, call) => method == nameof(IOutboxStore.FindWaitingAsync) ? new TaskCompletionSource<OutboxRow?>().Task : call())));

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        response.StatusCode.Should().Be(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task Leaves_the_result_of_a_drain_that_is_sending_it_to_that()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, profile: IdempotencyProfile.PayPal);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        var claimed = (await host.Store.ClaimAsync(new("pay", "https://pay.test:443", 1, TimeSpan.FromMinutes(1), true), Cancelled)).Single();

        await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        (await host.Store.FindAsync(receipt.Id, Cancelled))!.Fence.Should().Be(claimed.Fence);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
            await Task.Yield();
    }

    private sealed class Finds(Action asked) : IOutboxReconciler
    {
        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken)
        {
            asked();
            return Task.FromResult(OutboxFinding.Exists);
        }
    }

    private sealed class Hears(List<OutboxState> told) : IOutboxObserver
    {
        public Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken)
        {
            told.Add(kept.Entry.State);
            return Task.CompletedTask;
        }
    }

    private sealed class StandingClock : TimeProvider
    {
        private readonly long _timestamp = System.GetTimestamp();

        public override long GetTimestamp() => _timestamp;
    }
}
