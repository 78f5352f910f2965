using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>For how long a call belongs to its caller.</summary>
public sealed class CallerLeaseTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_longer_than_the_call_may_take()
    {
        var lease = TimeSpan.Zero;
        await CallAsync(TimeSpan.FromMinutes(5), client => client.AddTotalTimeout(TimeSpan.FromMinutes(10)), async (_, row) =>
        {
            lease = row.DueAt - row.KeptAt;
            await Task.Yield();
        });

        lease.Should().BeGreaterThan(TimeSpan.FromMinutes(12)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Is_renewed_while_the_call_is_under_way()
    {
        var renewed = await CallAsync(TimeSpan.FromSeconds(1), client => client.ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan), async (host, row) =>
        {
            var first = row;
            host.Clock.Advance(row.DueAt - host.Store.Now);
            while (row.DueAt == first.DueAt)
                row = await FindAsync(host);
        });

        renewed.Should().Match<OutboxRow>(row => row.State == OutboxState.Done);
    }

    [Fact]
    public async Task Sends_nothing_once_it_is_over()
    {
        var (reached, isAwake) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var server = new PayServer(200);
        await using var host = new PayHost(
            server, outbox => (outbox.Mode, outbox.LeaseMargin) = (OutboxMode.WriteAhead, TimeSpan.FromHours(1)), inner: chain => chain.AddHttpMessageHandler(() => new StoppedHandler(reached, isAwake.Task)));
        var call = Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));
        await reached.Task;
        var row = await FindAsync(host);
        host.Clock.Advance(row.DueAt - host.Store.Now);

        (await host.Outbox.TryCancelAsync(new(row.Id), Cancelled)).Should().BeTrue();
        isAwake.SetResult();

        (await call).Should().BeOfType<OutboxKeptException>();
        server.Requests.Should().BeEmpty("somebody was told that it is cancelled");
    }

    private static async Task<OutboxRow> CallAsync(TimeSpan margin, Action<IResilientHttpClientBuilder> timeout, Func<PayHost, OutboxRow, Task> during)
    {
        PayHost host = null!;
        using var server = new PayServer(async (_, _, _) =>
        {
            await during(host, await FindAsync(host));
            return new();
        });
        await using var _ = host = new PayHost(server, outbox => (outbox.Mode, outbox.LeaseMargin) = (OutboxMode.WriteAhead, margin), outer: timeout);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        return await FindAsync(host);
    }

    private static async Task<OutboxRow> FindAsync(PayHost host) => (await host.Store.ListAsync(new(), Cancelled)).Single();

    // As if the process were stopped before the request leaves.
    private sealed class StoppedHandler(TaskCompletionSource reached, Task isAwake) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            reached.SetResult();
            await isAwake;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
