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
        await CallAsync(TimeSpan.FromMinutes(5), async (_, row) =>
        {
            lease = row.DueAt - row.KeptAt;
            await Task.Yield();
        });

        lease.Should().BeGreaterThan(TimeSpan.FromMinutes(12)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Is_renewed_while_the_call_is_under_way()
    {
        var renewed = await CallAsync(TimeSpan.FromSeconds(1), async (host, row) =>
        {
            var first = row;
            host.Clock.Advance(row.DueAt - host.Store.Now);
            while (row.DueAt == first.DueAt)
                row = await FindAsync(host);
        });

        renewed.Should().Match<OutboxRow>(row => row.State == OutboxState.Done);
    }

    private static async Task<OutboxRow> CallAsync(TimeSpan margin, Func<PayHost, OutboxRow, Task> during)
    {
        PayHost host = null!;
        using var server = new PayServer(async (_, _, _) =>
        {
            await during(host, await FindAsync(host));
            return new();
        });
        await using var _ = host = new PayHost(server, outbox => (outbox.Mode, outbox.LeaseMargin) = (OutboxMode.WriteAhead, margin), outer: client => client.AddTotalTimeout(TimeSpan.FromMinutes(10)));

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        return await FindAsync(host);
    }

    private static async Task<OutboxRow> FindAsync(PayHost host) => (await host.Store.ListAsync(new(), Cancelled)).Single();
}
