using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A store that neither keeps a call nor fails: its caller does not wait for longer than for the call.</summary>
public sealed class HungStoreTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lets_its_caller_go_and_keeps_nothing_that_was_never_sent(bool givesUp)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        using var giveUp = new CancellationTokenSource();
        var (asked, hangs) = (new TaskCompletionSource(), new TaskCompletionSource());
        var takenBack = new TaskCompletionSource();
        // So that its time is not over before it is kept.
        await file.OpenAsync(Cancelled);
        await using var host = new PayHost(
            server,
            outbox => outbox.Mode = OutboxMode.WriteAhead,
            outer: client => client.AddTotalTimeout(TimeSpan.FromMilliseconds(givesUp ? 60_000 : 1_000)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method switch
            {
                nameof(IOutboxStore.AddAsync) => HangAsync(call, asked, hangs),
                nameof(IOutboxStore.TryDeleteAsync) => TellAsync(call, takenBack),
                _ => call(),
            })));

        var sending = host.Client.SendAsync(PayHost.Charge(), giveUp.Token);
        await asked.Task;
        if (givesUp)
            await giveUp.CancelAsync();
        var failure = await Record.ExceptionAsync(() => sending.WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
        hangs.SetResult();
        await takenBack.Task;

        failure.Should().BeAssignableTo(givesUp ? typeof(OperationCanceledException) : typeof(HttpRequestException));
        server.Requests.Should().BeEmpty();
        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Says_that_a_failed_call_may_be_kept_and_takes_back_what_is_kept_late()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var (asked, hangs, takenBack) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = new PayHost(
            server,
            outbox => (outbox.LeaseMargin, outbox.BaseDelay, outbox.MaxDelay) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method switch
            {
                nameof(IOutboxStore.AddAsync) => HangAsync(call, asked, hangs),
                nameof(IOutboxStore.TryDeleteAsync) => TellAsync(call, takenBack),
                _ => call(),
            })));

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
        hangs.SetResult();
        await takenBack.Task;

        failure.Should().BeOfType<OutboxUnavailableException>().Which.MayBeKept.Should().BeTrue();
        (await host.AllAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Takes_nothing_back_that_another_has_the_receipt_of_meanwhile(bool isEnqueued)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var (asked, hangs, takenBack) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = new PayHost(
            server,
            outbox => (outbox.LeaseMargin, outbox.BaseDelay, outbox.MaxDelay) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method switch
            {
                nameof(IOutboxStore.AddAsync) when asked.TrySetResult() => UnheardOfAsync(call, hangs.Task),
                nameof(IOutboxStore.TryDeleteAsync) => TellAsync(call, takenBack),
                _ => call(),
            })));
        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();
        var receipt = isEnqueued ? await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled) : await host.KeepAsync();

        hangs.SetResult();
        await takenBack.Task;

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Waiting);
    }

    [Fact]
    public async Task Has_observers_told_of_an_end_that_is_noted_after_its_caller_has_the_receipt()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(422);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var (asked, hangs, told) = (new TaskCompletionSource(), new TaskCompletionSource(), new List<OutboxState>());
        await using var host = new PayHost(
            server,
            outbox => (outbox.Mode, outbox.LeaseMargin) = (OutboxMode.WriteAhead, TimeSpan.FromSeconds(1)),
            services: services => services.AddSingleton<IOutboxObserver>(new Telling(told)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method == nameof(IOutboxStore.TryReplaceAsync) && asked.TrySetResult() ? LateAsync<bool>(call, hangs.Task) : call())));
        var kept = await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled)).Should().ThrowAsync<OutboxKeptException>();

        hangs.SetResult();
        await host.Outbox.WaitAsync(kept.Which.Receipt, Cancelled);
        while (told.Count == 0)
            await host.DrainOnceAsync();

        told.Should().Equal(OutboxState.Declined);
        server.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData(nameof(IOutboxStore.OpenAsync))]
    [InlineData(nameof(IOutboxStore.TryReplaceAsync))]
    public async Task Holds_no_caller_whose_call_has_failed(string hangs)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var isHung = false;
        await using var host = new PayHost(
            server,
            outbox => outbox.LeaseMargin = TimeSpan.FromSeconds(1),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => isHung && method == hangs ? new TaskCompletionSource<bool>().Task : call())));
        if (hangs is nameof(IOutboxStore.TryReplaceAsync))
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        isHung = true;

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();
    }

    [Fact]
    public async Task Holds_up_no_other_calls_when_a_result_is_never_noted()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var changes = 0;
        await using var host = new PayHost(
            server,
            outbox => (outbox.LeaseMargin, outbox.CallTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method == nameof(IOutboxStore.TryReplaceAsync) && changes++ == 0 ? new TaskCompletionSource<bool>().Task : call())));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("one"), cancellationToken: Cancelled);
        var second = await host.Outbox.EnqueueAsync("pay", PayHost.Charge("two"), cancellationToken: Cancelled);

        await host.DrainAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        (await host.FindAsync(second)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Holds_up_no_other_destination_when_a_claim_takes_long_and_makes_what_it_brings()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var (asked, hangs) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = new PayHost(
            server,
            outbox => outbox.LeaseMargin = TimeSpan.FromSeconds(1),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, given, call) => method == nameof(IOutboxStore.ClaimAsync) && given[0] is OutboxClaim { Destination: "slow" } && asked.TrySetResult() ? LateAsync<IReadOnlyList<OutboxRow>>(call, hangs.Task) : call())));
        var slow = await host.Outbox.EnqueueAsync("pay", To("slow"), cancellationToken: Cancelled);
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        await drain.StartAsync(Cancelled);
        await asked.Task;

        var fast = await host.Outbox.EnqueueAsync("pay", To("fast"), cancellationToken: Cancelled);
        var second = await host.Outbox.WaitAsync(fast, Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        hangs.SetResult();
        var first = await host.Outbox.WaitAsync(slow, Cancelled);
        await drain.StopAsync(Cancelled);

        (first.State, second.State).Should().Be((OutboxState.Done, OutboxState.Done));
    }

    [Theory]
    [InlineData(nameof(IOutboxStore.PauseAsync))]
    [InlineData(nameof(IOutboxStore.ForgetAsync))]
    [InlineData(nameof(IOutboxStore.CountAsync))]
    [InlineData(nameof(IOutboxStore.TryOwnAsync))]
    [InlineData(nameof(IOutboxStore.OpenAsync))]
    [InlineData(nameof(IOutboxStore.FindAsync))]
    public async Task Lets_everybody_go_who_waits_for_a_file_no_longer(string method)
    {
        using var folder = new TempFolder();
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var over = new CancellationToken(canceled: true);

        await FluentActions.Awaiting(() => method switch
        {
            nameof(IOutboxStore.PauseAsync) => file.PauseAsync(new("pay", "there"), file.Now, over),
            nameof(IOutboxStore.ForgetAsync) => file.ForgetAsync(new("pay", OutboxState.Done, file.Now), over),
            nameof(IOutboxStore.CountAsync) => file.CountAsync(over),
            nameof(IOutboxStore.TryOwnAsync) => file.TryOwnAsync(over),
            nameof(IOutboxStore.OpenAsync) => file.OpenAsync(over),
            _ => file.FindAsync("none", over),
        }).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(422)]
    [InlineData(503)]
    public async Task Lets_its_caller_go_with_the_receipt_when_the_end_cannot_be_noted(int status)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(status);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        await using var host = new PayHost(
            server,
            outbox => (outbox.Mode, outbox.LeaseMargin) = (OutboxMode.WriteAhead, TimeSpan.FromSeconds(1)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method == nameof(IOutboxStore.TryReplaceAsync) ? new TaskCompletionSource<bool>().Task : call())));

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled));

        failure.Should().BeOfType<OutboxKeptException>();
        (await host.AllAsync()).Should().ContainSingle().Which.State.Should().Be(OutboxState.Waiting);
    }

    private static async Task<OutboxRow> HangAsync(Func<object?> call, TaskCompletionSource asked, TaskCompletionSource hangs)
    {
        asked.TrySetResult();
        await hangs.Task;
        return await (Task<OutboxRow>)call()!;
    }

    private static async Task<T> LateAsync<T>(Func<object?> call, Task hangs)
    {
        await hangs;
        return await (Task<T>)call()!;
    }

    private static async Task<OutboxRow> UnheardOfAsync(Func<object?> call, Task hangs)
    {
        var row = await (Task<OutboxRow>)call()!;
        await hangs;
        return row;
    }

    private static HttpRequestMessage To(string partition)
    {
        var request = PayHost.Charge(partition);
        request.SetPartition(partition);
        return request;
    }

    private static async Task<bool> TellAsync(Func<object?> call, TaskCompletionSource told)
    {
        var isDone = await (Task<bool>)call()!;
        told.TrySetResult();
        return isDone;
    }

    private sealed class Telling(List<OutboxState> told) : IOutboxObserver
    {
        public Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken)
        {
            told.Add(kept.Entry.State);
            return Task.CompletedTask;
        }
    }
}
