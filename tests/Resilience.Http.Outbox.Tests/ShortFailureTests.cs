using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What fails for a moment under the drain costs no second request, and stops nobody else.</summary>
public sealed class ShortFailureTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Has_the_store_take_what_it_did_not_take_at_first(int failing)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        var (replacements, observer) = (0, new Observer());
        await using var host = new PayHost(
            server,
            services: services => services.AddSingleton<IOutboxObserver>(observer),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method == nameof(IOutboxStore.TryReplaceAsync) && replacements++ == failing
                ? Task.FromException<bool>(new OutboxUnavailableException("The file is locked."))
                : call())));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(5));

        (server.Requests.Count, observer.Told).Should().Be((1, 1));
        (await host.Store.ListAsync(new(), Cancelled)).Should().ContainSingle().Which.Should().Match<OutboxRow>(row => row.State == OutboxState.Done && row.IsTold && row.Tries == 1);
    }

    [Fact]
    public async Task Makes_the_calls_of_others_while_a_client_cannot_be_made()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        await using var host = new PayHost(server, store: services => services.AddSqliteOutbox(sqlite => sqlite.Path = folder.File)
            .AddResilientHttpClient("bad", http => http.BaseAddress = new("https://bad.test/"))
            .AddIdempotencyKey()
            .AddOutbox(outbox => outbox.StorePlaintext = true)
            .ConfigurePrimaryHttpMessageHandler(() => throw new InvalidOperationException("The certificate is missing.")));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1010).Which.Text.Should().Contain("bad");
    }

    private sealed class Observer : IOutboxObserver
    {
        private int _told;

        public int Told => _told;

        public Task OnEndedAsync(OutboxCall kept, OutboxAnswer? answer, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _told);
            return Task.CompletedTask;
        }
    }
}
