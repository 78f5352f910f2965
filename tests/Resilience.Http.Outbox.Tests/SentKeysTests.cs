using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A key that waits to be made later, and is sent by a caller meanwhile.</summary>
public sealed class SentKeysTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200)]
    [InlineData(402)]
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

    private sealed class StandingClock : TimeProvider
    {
        private readonly long _timestamp = System.GetTimestamp();

        public override long GetTimestamp() => _timestamp;
    }
}
