using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class HungObserverTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hold_up_no_calls()
    {
        using var server = new PayServer(200);
        var observer = new HungObserver();
        await using var host = new PayHost(server, outbox => outbox.CallTimeout = TimeSpan.FromMinutes(1), services: services => services.AddSingleton<IOutboxObserver>(observer));
        var drain = host.Services.GetRequiredService<OutboxDrain>();
        foreach (var key in new[] { "one", "two" })
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge(key), cancellationToken: Cancelled);
        await drain.RunAsync(Cancelled);
        while (observer.Asked < 1)
            await Task.Yield();
        host.Clock.Advance(TimeSpan.FromMinutes(2));

        await drain.RunAsync(Cancelled);
        while (observer.Asked < 2 || server.Requests.Count < 2)
        {
            await drain.RunAsync(Cancelled);
            await Task.Yield();
        }

        observer.LetGo();
        await drain.EndAsync();
    }

    private sealed class HungObserver : IOutboxObserver
    {
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public void LetGo() => _letGo.SetResult();

        public Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return _letGo.Task;
        }
    }
}
