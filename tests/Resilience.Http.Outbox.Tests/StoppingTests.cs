using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What becomes of calls and observers when the host stops.</summary>
public sealed class StoppingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Makes_what_it_has_claimed()
    {
        using var folder = new TempFolder();
        using var stopping = new CancellationTokenSource();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        await using var host = new PayHost(server, store: services => services.AddSingleton(StoreProxy.Of(file, (method, args, call) => method == nameof(IOutboxStore.ClaimAsync) ? StopAsync((Task<IReadOnlyList<OutboxRow>>)call()!, stopping, (CancellationToken)args[1]!) : call())));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        var drain = host.Services.GetRequiredService<OutboxDrain>();

        await Record.ExceptionAsync(() => drain.RunAsync(stopping.Token));
        await drain.EndAsync();

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Waits_no_longer_for_an_observer_than_for_the_rest(bool ignoresToken)
    {
        using var server = new PayServer(200);
        var observer = new Observer(ignoresToken);
        await using var host = new PayHost(server, services: services => services.AddSingleton<IOutboxObserver>(observer));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        await drain.StartAsync(Cancelled);
        var told = await observer.Told;

        using var patience = new CancellationTokenSource();
        var stopped = drain.StopAsync(patience.Token);
        await patience.CancelAsync();
        await stopped;
        await drain.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

        told.IsCancellationRequested.Should().BeTrue();
        (await host.Store.ListAsync(new(), Cancelled)).Should().ContainSingle().Which.IsTold.Should().BeFalse("it is told again by the next process");
    }

    // The claim is committed when the host stops, and its caller no longer waits.
    private static async Task<IReadOnlyList<OutboxRow>> StopAsync(Task<IReadOnlyList<OutboxRow>> claim, CancellationTokenSource stopping, CancellationToken cancellationToken)
    {
        var rows = await claim;
        await stopping.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return rows;
    }

    private sealed class Observer(bool ignoresToken) : IOutboxObserver
    {
        private readonly TaskCompletionSource<CancellationToken> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<CancellationToken> Told => _told.Task;

        public async Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken)
        {
            _told.TrySetResult(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ignoresToken ? CancellationToken.None : cancellationToken);
        }
    }
}
