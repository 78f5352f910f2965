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

    private static PayHost Host(PayServer server, Gate gate, OutboxMode mode = OutboxMode.OnFailure) => new(
        server, outbox => outbox.Mode = mode, inner: client => client.AddHttpMessageHandler(() => new GateHandler(gate)));

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
