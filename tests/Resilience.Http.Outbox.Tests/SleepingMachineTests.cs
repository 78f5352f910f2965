using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A machine that sleeps in the middle of a call. A store that follows a server's clock, as PostgreSQL's, has not heard of it yet when the call goes on; the clock on the wall has.</summary>
public sealed class SleepingMachineTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_no_key_that_is_too_old_from_the_drain()
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        await using var host = Host(server, folder, OutboxMode.OnFailure, TimeSpan.FromHours(25));
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        server.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure, 25, 0)]
    [InlineData(OutboxMode.WriteAhead, 25, 0)]
    [InlineData(OutboxMode.OnFailure, 20, 1)]
    // Its lease is over.
    [InlineData(OutboxMode.WriteAhead, 20, 0)]
    [InlineData(OutboxMode.WriteAhead, 0, 1)]
    public async Task Sends_no_key_that_is_too_old_from_a_caller(OutboxMode mode, int hours, int requests)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(200);
        await using var host = Host(server, folder, mode, TimeSpan.FromHours(hours));

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        (failure is OutboxKeptException).Should().Be(requests == 0);
        server.Requests.Should().HaveCount(requests);
    }

    // The transport waits for a connection: to be opened, or to be free.
    [Theory]
    [InlineData(90_000, 0)]
    [InlineData(1, 1)]
    public async Task Sends_no_key_that_is_too_old_when_there_is_a_connection_at_last(int seconds, int requests)
    {
        using var server = new PayServer(200);
        PayHost host = null!;
        using var transport = new Asleep(() => host.Clock.Set(TimeSpan.FromSeconds(seconds))) { InnerHandler = server };
        await using var made = host = new PayHost(transport);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        server.Requests.Should().HaveCount(requests);
    }

    // The second attempt of one call, which has the key of the first.
    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData(OutboxMode.OnFailure, true)]
    [InlineData(OutboxMode.OnFailure, false)]
    [InlineData(OutboxMode.WriteAhead, true)]
    [InlineData(OutboxMode.WriteAhead, false)]
    public async Task Sends_no_key_again_that_got_too_old_while_there_was_no_connection(OutboxMode? mode, bool hasBody)
    {
        using var server = new PayServer(503, 200);
        var attempts = 0;
        PayHost host = null!;
        using var transport = new Asleep(() => host.Clock.Set(TimeSpan.FromHours(attempts++ == 1 ? 25 : 0))) { InnerHandler = server };
        await using var made = host = new PayHost(
            transport, outbox => outbox.Mode = mode ?? OutboxMode.OnFailure, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero)));
        using var request = PayHost.Charge();
        request.Content = hasBody ? request.Content : null;

        if (mode is null)
            await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);
        else
            await host.KeepAsync(request);
        await host.DrainOnceAsync();

        server.Requests.Should().ContainSingle();
    }

    private static PayHost Host(PayServer server, TempFolder folder, OutboxMode mode, TimeSpan sleep)
    {
        PayHost host = null!;
        return host = new PayHost(
            server,
            outbox => outbox.Mode = mode,
            inner: client => client.AddHttpMessageHandler(() => new Asleep(() => host.Clock.Set(sleep))),
            store: services => services.AddSingleton<IOutboxStore>(_ => new SqliteOutboxStore(new() { Path = folder.File })));
    }

    private sealed class Asleep(Action sleep) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sleep();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
