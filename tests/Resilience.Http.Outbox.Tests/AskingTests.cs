using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>How often a reconciler is asked, and how long it may take.</summary>
public sealed class AskingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Redirect)]
    public async Task Waits_between_two_requests_though_nothing_is_found(HttpStatusCode failure)
    {
        using var server = new PayServer((int)failure);
        await using var host = Start(server, _ => Task.FromResult(OutboxFinding.Absent), outbox => (outbox.BaseDelay, outbox.MaxDelay) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10)));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        foreach (var _ in Enumerable.Range(0, 5))
            await host.DrainOnceAsync();
        var early = server.Requests.Count;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(11));

        (early, server.Requests.Count).Should().Be((1, 2));
    }

    [Fact]
    public async Task Waits_as_long_as_the_server_wants()
    {
        using var server = new PayServer(_ => new(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(1)) } });
        await using var host = Start(server, _ => Task.FromResult(OutboxFinding.Absent));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge("other"), cancellationToken: Cancelled);
        await host.DrainOnceAsync();

        (await host.FindAsync(receipt)).DueAt.Should().BeCloseTo(host.Store.Now + TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Goes_on_without_one_that_never_answers()
    {
        using var server = new PayServer(500);
        await using var host = Start(server, _ => new TaskCompletionSource<OutboxFinding>().Task, outbox => outbox.CallTimeout = TimeSpan.FromSeconds(1));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainOnceAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        await host.DrainOnceAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Waiting && entry.Tries == 2);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1006);
    }

    // Its failures are not covered by the key, so that somebody has to be asked.
    private static PayHost Start(PayServer server, Func<OutboxCall, Task<OutboxFinding>> find, Action<OutboxOptions>? outbox = null) => new(
        server,
        outbox,
        IdempotencyProfile.Checkout with { HeaderName = "Idempotency-Key" },
        services => services.AddSingleton<IOutboxReconciler>(new Reconciler(find)));

    private sealed class Reconciler(Func<OutboxCall, Task<OutboxFinding>> find) : IOutboxReconciler
    {
        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken) => find(kept);
    }
}
