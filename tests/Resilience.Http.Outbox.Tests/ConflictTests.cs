using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What a conflict, or a gateway's failure, means by the profile of the provider.</summary>
public sealed class ConflictTests
{
    private const string Key = "charge0000000001";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, OutboxState.Declined)]
    [InlineData(429, OutboxState.Declined)]
    [InlineData(500, OutboxState.Done)]
    public async Task Is_done_only_if_an_earlier_attempt_may_have_done_it(int before, OutboxState state)
    {
        using var server = before == 0 ? new PayServer(409) : new PayServer(before, 409);
        await using var host = new PayHost(server, profile: IdempotencyProfile.Mangopay, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero)));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(Key), cancellationToken: Cancelled);

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        (await host.FindAsync(receipt)).State.Should().Be(state);
    }

    // A person, or a reconciler whose list lags behind, has said that the server does not know the key; the server says that it does.
    [Theory]
    [InlineData(true, OutboxState.Done)]
    [InlineData(false, OutboxState.Dead)]
    public async Task Is_no_no_after_tries_of_which_nobody_knows_any_more(bool asks, OutboxState state)
    {
        using var server = new PayServer(500, 409);
        Action<IServiceCollection> reconciler = services => services.AddSingleton<IOutboxReconciler>(new LagsBehind());
        await using var host = new PayHost(server, profile: IdempotencyProfile.Mangopay, services: asks ? reconciler : null);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(Key), cancellationToken: Cancelled);
        await host.DrainOnceAsync();
        await host.DrainAfterAsync(TimeSpan.FromDays(2));

        if (!asks)
            (await host.Outbox.TryReviveAsync(receipt, cancellationToken: Cancelled)).Should().BeTrue();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 6);

        server.Requests.Should().HaveCount(2);
        (await host.FindAsync(receipt)).State.Should().Be(state);
    }

    [Theory]
    [InlineData(504, OutboxState.Waiting)]
    [InlineData(500, OutboxState.Dead)]
    public async Task Is_sent_again_after_a_gateways_timeout_though_failures_are_not_stored(int status, OutboxState state)
    {
        using var server = new PayServer(status);
        await using var host = new PayHost(server, outbox => outbox.MaxDelay = outbox.BaseDelay = TimeSpan.FromHours(1), profile: IdempotencyProfile.Checkout);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(Key), cancellationToken: Cancelled);

        await host.DrainAsync();

        (await host.FindAsync(receipt)).State.Should().Be(state);
    }

    [Fact]
    public async Task Is_waited_for_where_an_earlier_request_is_in_flight()
    {
        using var server = new PayServer(409, 409, 200);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 4);

        (await host.FindAsync(receipt)).Status.Should().Be((int)HttpStatusCode.OK);
        server.Keys.Should().Equal("charge-1", "charge-1", "charge-1");
    }

    private sealed class LagsBehind : IOutboxReconciler
    {
        private int _asked;

        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken) => Task.FromResult(_asked++ == 0 ? OutboxFinding.Absent : OutboxFinding.Exists);
    }
}
