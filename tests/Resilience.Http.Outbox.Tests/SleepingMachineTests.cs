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

    // Over HTTP/2 the head leaves before the body is asked for, and a server that reads none acts on it.
    [Theory]
    [InlineData(true, false, 25, 1)]
    [InlineData(true, true, 25, 1)]
    [InlineData(false, true, 25, 1)]
    [InlineData(false, false, 25, 1)]
    [InlineData(true, false, 1, 2)]
    [InlineData(false, true, 1, 2)]
    public async Task Sends_not_even_the_head_with_a_key_that_is_too_old(bool hasCredentials, bool hasBody, int hours, int heads)
    {
        var seen = new List<string>();
        PayHost host = null!;
        using var transport = new HeadFirst(seen, () => host.Clock.Set(TimeSpan.FromHours(seen.Count == 1 ? hours : 0)));
        await using var made = host = new PayHost(transport, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero)));
        using var request = PayHost.Charge();
        request.Content = hasBody ? request.Content : null;
        request.Headers.Authorization = hasCredentials ? new("Bearer", "token") : null;
        var (credentials, body) = (request.Headers.Authorization, request.Content);

        await host.KeepAsync(request);

        seen.Should().HaveCount(heads).And.OnlyContain(head => head.Contains("Authorization: Bearer token") == hasCredentials && head.Contains("Cache-Control: no-store") != hasCredentials);
        (request.Headers.Authorization, request.Headers.CacheControl, request.Content).Should().Be((credentials, null, body));
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

    private sealed class HeadFirst(List<string> seen, Action sleep) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sleep();
            seen.Add($"{request.Headers}{request.Content?.Headers}");
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable));
        }
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
