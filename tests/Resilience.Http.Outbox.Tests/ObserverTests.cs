using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class ObserverTests
{
    [Fact]
    public async Task Is_told_once_what_became_of_a_call()
    {
        using var server = new PayServer(503, 200);
        var observer = new Observer();
        await using var host = new PayHost(server, services: services => services.AddSingleton<IOutboxObserver>(observer));
        await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));
        await host.DrainAfterAsync(TimeSpan.FromMinutes(5), rounds: 2);

        observer.Told.Should().Equal(("charge-1", OutboxState.Done, 200));
    }

    [Fact]
    public async Task Is_told_again_if_it_failed()
    {
        using var server = new PayServer(503, 402);
        var observer = new Observer { Failures = 1 };
        await using var host = new PayHost(server, services: services => services.AddKeyedSingleton<IOutboxObserver>("pay", observer));
        await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));
        var first = observer.Told.Count;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(5));

        (first, observer.Told.Count).Should().Be((0, 1));
        observer.Told.Single().State.Should().Be(OutboxState.Declined);
        server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Is_not_told_again_because_another_failed()
    {
        using var server = new PayServer(200);
        var (first, failing, last) = (new Observer(), new Observer { Failures = 2 }, new Observer());
        await using var host = new PayHost(server, services: services => services.AddSingleton<IOutboxObserver>(first).AddSingleton<IOutboxObserver>(failing).AddSingleton<IOutboxObserver>(last));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: TestContext.Current.CancellationToken);

        foreach (var _ in Enumerable.Range(0, 4))
            await host.DrainAfterAsync(TimeSpan.FromMinutes(5));

        (first.Told.Count, failing.Told.Count, last.Told.Count).Should().Be((1, 1, 1));
    }

    [Fact]
    public async Task Is_told_of_dead_letters_too()
    {
        using var server = new PayServer(503, 410);
        var observer = new Observer();
        await using var host = new PayHost(server, services: services => services.AddSingleton<IOutboxObserver>(observer));
        await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        observer.Told.Should().Equal(("charge-1", OutboxState.Dead, 410));
    }

    [Fact]
    public async Task Is_told_what_is_stored_already()
    {
        PayHost host = null!;
        using var server = new PayServer(503, 200);
        OutboxState? stored = null;
        var observer = new Observer { OnTold = async kept => stored = (await host.FindAsync(kept.Entry.Receipt)).State };
        await using var _ = host = new PayHost(server, services: services => services.AddSingleton<IOutboxObserver>(observer));
        await host.KeepAsync();

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        stored.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Is_told_by_the_next_process_if_one_ends_before_it_is_noted()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(503, 200);
        PayHost host = null!;
        var killed = new Observer { OnTold = _ => Task.Run(((IDisposable)host.Store).Dispose) };
        await using (host = new PayHost(server, services: services => services.AddSingleton<IOutboxObserver>(killed), file: folder.File))
        {
            await host.KeepAsync();
            await Record.ExceptionAsync(() => host.DrainAfterAsync(TimeSpan.FromSeconds(1)));
        }

        var observer = new Observer();
        await using var next = new PayHost(server, services: services => services.AddSingleton<IOutboxObserver>(observer), file: folder.File);
        await next.DrainAsync();
        await next.DrainAfterAsync(TimeSpan.FromMinutes(5));

        observer.Told.Should().Equal(("charge-1", OutboxState.Done, 200));
        server.Requests.Should().HaveCount(2);
    }

    private sealed class Observer : IOutboxObserver
    {
        public Func<OutboxCall, Task>? OnTold { get; init; }

        public int Failures { get; set; }

        public List<(string Key, OutboxState State, int? Status)> Told { get; } = [];

        public async Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken)
        {
            if (Failures-- > 0)
                throw new InvalidOperationException("not now");
            Told.Add((kept.Key, kept.Entry.State, answer?.Status));
            if (OnTold is { } act)
                await act(kept);
        }
    }
}
