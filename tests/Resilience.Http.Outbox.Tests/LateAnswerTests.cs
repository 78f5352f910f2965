using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What passes unseen: between a store's statement and its answer, while the machine sleeps; and inside, when somebody outside waits no longer.</summary>
public sealed class LateAnswerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteOutboxStore _file;
    private int _asked;

    public LateAnswerTests() => _file = new(new() { Path = _folder.File });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Has_a_drain_send_no_key_that_got_too_old_before_it_had_the_claim()
    {
        using var server = new PayServer(503, 200);
        await using var host = Sleeping(server, nameof(IOutboxStore.ClaimAsync), second: true);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainOnceAsync();
        while (_asked < 2)
            await host.DrainOnceAsync();

        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Has_a_caller_send_nothing_whose_lease_was_over_before_it_knew_of_it()
    {
        using var server = new PayServer(200);
        await using var host = Sleeping(server, nameof(IOutboxStore.AddAsync), second: false, OutboxMode.WriteAhead);

        await host.KeepAsync();

        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Counts_as_sent_though_somebody_outside_waits_no_longer()
    {
        var (came, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var server = new PayServer(async (_, _, _) =>
        {
            came.SetResult();
            await answered.Task;
            return new();
        });
        await using var host = new PayHost(server, outer: client => client.AddHttpMessageHandler(() => new Impatient(came.Task)));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        var entry = await host.FindAsync(receipt);
        answered.SetResult();

        entry.Should().Match<OutboxEntry>(waiting => waiting.State == OutboxState.Waiting && waiting.FirstSentAt != null);
    }

    [Fact]
    public void Has_nothing_leave_that_nobody_waits_for()
    {
        var settings = new OutboxSettings();
        settings.Leave();
        settings.Close();

        FluentActions.Invoking(settings.Leave).Should().Throw<TimeoutException>();
        settings.Sent.Should().Be(1);
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    // As with a server's clock: the store's own has not heard of it.
    private PayHost Sleeping(PayServer server, string method, bool second, OutboxMode mode = OutboxMode.OnFailure)
    {
        PayHost host = null!;
        return host = new PayHost(server, outbox => outbox.Mode = mode, store: services => services.AddSingleton(StoreProxy.Of(_file, (name, _, call) =>
        {
            var result = call();
            if (name == method && ++_asked == (second ? 2 : 1))
                host.Clock.Set(TimeSpan.FromHours(25));
            return result;
        })));
    }

    private sealed class Impatient(Task came) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _ = base.SendAsync(request, cancellationToken);
            await came;
            throw new TimeoutException("too slow");
        }
    }
}
