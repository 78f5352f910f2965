using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A handler inside that answers by itself, such as one that lets nothing pass for a while: that is no answer of the server's.</summary>
public sealed class OwnAnswerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(302)]
    public async Task Ends_no_kept_call(int status)
    {
        using var server = new PayServer(200);
        await using var host = Host(server, new Gate(status));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        var meanwhile = await host.FindAsync(receipt);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (meanwhile.State, (await host.FindAsync(receipt)).State).Should().Be((OutboxState.Waiting, OutboxState.Done));
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Is_not_taken_for_done_where_nobody_can_be_asked()
    {
        using var server = new PayServer(200);
        await using var host = Host(server, new Gate(200));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 2);

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Dead && entry.Reason!.StartsWith("200 of a handler, and nothing from the server"));
    }

    [Fact]
    public async Task Uses_up_no_key_of_its_caller()
    {
        using var server = new PayServer(200);
        await using var host = Host(server, new Gate(403), OutboxMode.WriteAhead);

        using var first = await host.Client.SendAsync(PayHost.Charge(), Cancelled);
        using var second = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        (first.StatusCode, second.StatusCode).Should().Be((HttpStatusCode.Forbidden, HttpStatusCode.OK));
    }

    // A service for credentials, or a switch, that speaks up when the server has said something before.
    [Theory]
    [InlineData(401, 403, OutboxState.Waiting)]
    [InlineData(401, 400, OutboxState.Waiting)]
    [InlineData(503, 410, OutboxState.Waiting)]
    [InlineData(503, 200, OutboxState.Dead)]
    public async Task Is_not_the_servers_because_that_has_said_something_else(int said, int own, OutboxState state)
    {
        using var server = new PayServer(said, 200);
        await using var host = new PayHost(server, inner: client => client.AddRetry(retry => retry.MaxRetries = 0).AddHttpMessageHandler(() => new Instead(said, own)));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();
        if (state is OutboxState.Dead)
            await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == state && entry.Reason!.StartsWith($"{own} of a handler"));
    }

    // A handler that sends a second attempt beside the first, takes the answer that comes, and gives the other up.
    [Theory]
    [InlineData(200, OutboxMode.OnFailure, OutboxState.Done)]
    [InlineData(402, OutboxMode.OnFailure, OutboxState.Declined)]
    [InlineData(200, OutboxMode.WriteAhead, OutboxState.Done)]
    [InlineData(402, OutboxMode.WriteAhead, OutboxState.Declined)]
    public async Task Is_not_what_another_attempt_has_brought_beside_one_that_is_given_up(int status, OutboxMode mode, OutboxState state)
    {
        using var server = new PayServer(async (number, _, cancellationToken) =>
        {
            if (number == 0)
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return new((HttpStatusCode)status);
        });
        await using var host = new PayHost(server, outbox => outbox.Mode = mode, inner: client => client.AddRetry(retry => retry.MaxRetries = 0).AddHttpMessageHandler(() => new SideBySide()));

        if (mode is OutboxMode.WriteAhead)
            (await host.Client.SendAsync(PayHost.Charge(), Cancelled)).Dispose();
        else
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainOnceAsync();

        (await host.AllAsync()).Should().ContainSingle().Which.State.Should().Be(state);
    }

    private static PayHost Host(PayServer server, Gate gate, OutboxMode mode = OutboxMode.OnFailure) => new(
        server, outbox => outbox.Mode = mode, inner: client => client.AddHttpMessageHandler(() => new GateHandler(gate)));

    private sealed class Instead(int said, int own) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var response = await base.SendAsync(request, cancellationToken);
            return new((HttpStatusCode)((int)response.StatusCode == said ? own : 500));
        }
    }

    private sealed class SideBySide : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var first = base.SendAsync(request, giveUp.Token);
            using var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new StringContent(await request.Content!.ReadAsStringAsync(cancellationToken)) };
            foreach (var (name, values) in request.Headers.NonValidated)
                copy.Headers.TryAddWithoutValidation(name, values);
            var second = await base.SendAsync(copy, cancellationToken);
            await giveUp.CancelAsync();
            await Record.ExceptionAsync(() => first);
            return second;
        }
    }

    private sealed class Gate(int status)
    {
        private int _asked;

        public HttpResponseMessage? Ask() => Interlocked.Increment(ref _asked) == 1 ? new((HttpStatusCode)status) : null;
    }

    private sealed class GateHandler(Gate gate) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => gate.Ask() is { } own ? Task.FromResult(own) : base.SendAsync(request, cancellationToken);
    }
}
