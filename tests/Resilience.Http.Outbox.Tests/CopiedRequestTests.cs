using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Handlers that send a copy of the request, as those do that send again or sign: a copy has the headers and the body, and none of the options.</summary>
public sealed class CopiedRequestTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_sent_with_its_key_and_gets_old(bool isInside)
    {
        using var server = new PayServer(number => number == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : new());
        await using var host = Host(server, isInside);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        var meanwhile = await host.FindAsync(receipt);
        await host.DrainAfterAsync(TimeSpan.FromDays(2), rounds: 3);

        meanwhile.FirstSentAt.Should().NotBeNull();
        server.Keys.Should().Equal("charge-1");
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Dead);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ends_with_the_answer(bool isInside)
    {
        using var server = new PayServer(503, 200);
        await using var host = Host(server, isInside);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        await host.DrainAfterAsync(TimeSpan.FromMinutes(1));

        server.Keys.Should().Equal("charge-1", "charge-1");
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Stays_when_its_caller_gives_up()
    {
        using var giveUp = new CancellationTokenSource();
        using var server = new PayServer(async (_, _, cancellationToken) =>
        {
            await giveUp.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return new();
        });
        await using var host = Host(server, isInside: true, outbox => outbox.Mode = OutboxMode.WriteAhead);

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token)).Should().ThrowAsync<OperationCanceledException>();

        server.Requests.Should().ContainSingle();
        (await host.AllAsync()).Should().ContainSingle().Which.FirstSentAt.Should().NotBeNull();
    }

    // A handler that makes another call of the same client to the same address: that is no copy.
    [Fact]
    public async Task Is_not_another_call_with_a_key_of_its_own()
    {
        var (asked, server) = (false, new PayServer(503, 200));
        PayHost host = null!;
        using var _ = server;
        await using var made = host = new PayHost(server, inner: client => client.AddRetry(retry => retry.MaxRetries = 0).AddHttpMessageHandler(() => new AsksFirst(async () =>
        {
            if (!asked && (asked = true))
                await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge("other"), Cancelled));
        })));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        server.Keys.Should().Equal("other", "charge-1");
        (await host.AllAsync()).Select(entry => entry.State).Should().BeEquivalentTo([OutboxState.Waiting, OutboxState.Done]);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    private static PayHost Host(PayServer server, bool isInside, Action<OutboxOptions>? outbox = null) => new(
        server,
        outbox,
        outer: client => Add(client, !isInside),
        inner: client => Add(client.AddRetry(retry => retry.MaxRetries = 0), isInside));

    private static void Add(IResilientHttpClientBuilder client, bool copies)
    {
        if (copies)
            client.AddHttpMessageHandler(() => new Copies());
    }

    private sealed class AsksFirst(Func<Task> ask) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await ask();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Copies : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content, Version = request.Version };
            foreach (var (name, values) in request.Headers)
                copy.Headers.TryAddWithoutValidation(name, values);
            return base.SendAsync(copy, cancellationToken);
        }
    }
}
