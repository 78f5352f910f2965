using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A store that has kept an entry, and whose answer was lost: it is added once more, and others may have got its receipt, or have sent it, in between.</summary>
public sealed class LostAnswerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteOutboxStore _file;
    private readonly ShiftedClock _clock = new();
    private readonly TaskCompletionSource _takenBack = new();
    private Func<Task>? _meanwhile;

    public LostAnswerTests() => _file = new(new() { Path = _folder.File }, _clock);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leaves_what_another_has_the_receipt_of_though_its_caller_gives_up()
    {
        using var server = new PayServer(200);
        await using var other = new PayHost(server, store: services => services.AddSingleton(Unowned()));
        using var cancel = new CancellationTokenSource();
        await using var host = Host(server, OutboxMode.WriteAhead, client => client.AddHttpMessageHandler(() => new GivingUp(cancel)));
        OutboxReceipt receipt = default;
        _meanwhile = async () => receipt = await other.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), cancel.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await host.Outbox.FindAsync(receipt, Cancelled)).Should().NotBeNull();
    }

    [Fact]
    public async Task Leaves_what_another_has_the_receipt_of_though_it_was_kept_too_late()
    {
        using var server = new PayServer(503);
        await using var other = new PayHost(server, store: services => services.AddSingleton(Unowned()));
        await using var host = Host(server, OutboxMode.OnFailure);
        var late = new TaskCompletionSource();
        OutboxReceipt receipt = default;
        _meanwhile = async () =>
        {
            receipt = await other.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
            await late.Task;
        };

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();
        late.SetResult();
        await _takenBack.Task;

        (await host.Outbox.FindAsync(receipt, Cancelled)).Should().NotBeNull();
    }

    [Fact]
    public async Task Does_not_send_beside_a_drain_that_has_it()
    {
        using var server = new PayServer(200);
        await using var host = Host(server, OutboxMode.WriteAhead);
        _meanwhile = async () =>
        {
            _clock.Advance(TimeSpan.FromHours(1));
            await _file.ClaimAsync(new("pay", "https://pay.test:443", 1, TimeSpan.FromMinutes(1), true), Cancelled);
        };

        await host.KeepAsync();

        server.Requests.Should().BeEmpty();
        (await host.AllAsync()).Should().ContainSingle();
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    private IOutboxStore Unowned() => StoreProxy.Of(_file, (_, _, call) => call());

    private PayHost Host(PayServer server, OutboxMode mode, Action<IResilientHttpClientBuilder>? inner = null) => new(
        server,
        outbox => (outbox.Mode, outbox.LeaseMargin) = (mode, TimeSpan.FromSeconds(1)),
        inner: inner,
        store: services => services.AddSingleton(StoreProxy.Of(_file, (method, _, call) => method switch
        {
            nameof(IOutboxStore.AddAsync) => AddTwiceAsync(call),
            nameof(IOutboxStore.TryDeleteAsync) => TakeBackAsync(call),
            _ => call(),
        })));

    private async Task<OutboxRow> AddTwiceAsync(Func<object?> add)
    {
        await (Task<OutboxRow>)add()!;
        await _meanwhile!();
        return await (Task<OutboxRow>)add()!;
    }

    private async Task<bool> TakeBackAsync(Func<object?> take)
    {
        var isGone = await (Task<bool>)take()!;
        _takenBack.TrySetResult();
        return isGone;
    }

    private sealed class GivingUp(CancellationTokenSource cancel) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await cancel.CancelAsync();
            throw new OperationCanceledException(cancel.Token);
        }
    }
}
