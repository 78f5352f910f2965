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
        await using var host = new PayHost(
            server,
            outbox => outbox.Mode = OutboxMode.WriteAhead,
            outer: client => client.AddTotalTimeout(TimeSpan.FromMilliseconds(givesUp ? 60_000 : 50)),
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
    public async Task Ends_in_the_original_failure_where_that_cannot_be_kept_and_takes_back_what_is_kept_late()
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

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        hangs.SetResult();
        await takenBack.Task;

        response.StatusCode.Should().Be(System.Net.HttpStatusCode.ServiceUnavailable);
        (await host.AllAsync()).Should().BeEmpty();
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

    private static async Task<bool> TellAsync(Func<object?> call, TaskCompletionSource told)
    {
        var isDone = await (Task<bool>)call()!;
        told.TrySetResult();
        return isDone;
    }
}
