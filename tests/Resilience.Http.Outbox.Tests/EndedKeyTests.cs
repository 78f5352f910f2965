using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A call that fails under a key whose entry has ended: nobody makes it again, and its caller must not believe so.</summary>
public sealed class EndedKeyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(402, OutboxState.Declined)]
    [InlineData(410, OutboxState.Dead)]
    [InlineData(0, OutboxState.Cancelled)]
    public async Task Ends_in_its_own_failure(int first, OutboxState state)
    {
        using var server = new PayServer(number => new((HttpStatusCode)(number == 0 && first > 0 ? first : 503)));
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        if (first > 0)
            await host.DrainAsync();
        else
            await host.Outbox.TryCancelAsync(receipt, Cancelled);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await host.FindAsync(receipt)).State.Should().Be(state);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1001).Which.Text.Should().Contain($"{state}");
    }

    [Fact]
    public async Task Has_the_receipt_of_the_entry_that_is_done()
    {
        using var server = new PayServer(200, 503);
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();

        (await host.KeepAsync()).Should().Be(receipt);
    }

    // Its caller has got the failure, and nobody else has a receipt: whoever mends it hands it in again.
    [Theory]
    [InlineData("token endpoint")]
    [InlineData("no token yet")]
    [InlineData("401")]
    public async Task Is_no_end_of_what_never_left_or_was_refused_at_the_door(string what)
    {
        var isMended = false;
        using var server = new PayServer((_, _, _) => Task.FromResult(new HttpResponseMessage(what == "401" && !isMended ? HttpStatusCode.Unauthorized : HttpStatusCode.OK)));
        await using var host = new PayHost(
            server,
            outbox => outbox.Mode = OutboxMode.WriteAhead,
            inner: client => client.AddHttpMessageHandler(() => new Throws(() => isMended || what == "401" ? null
                : what == "no token yet" ? new InvalidOperationException(what) : new HttpRequestException(what, null, HttpStatusCode.Forbidden))));
        await Record.ExceptionAsync(async () => (await host.Client.SendAsync(PayHost.Charge(), Cancelled)).Dispose());
        var left = await host.AllAsync();

        isMended = true;
        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        left.Should().BeEmpty();
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    // The server that redirected has acted, whatever the page says that it led to.
    [Fact]
    public async Task Is_remembered_where_a_redirect_led_to_a_door()
    {
        using var server = new PayServer((_, request, _) =>
        {
            request.Method = HttpMethod.Get;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized));
        });
        await using var host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead);

        await Record.ExceptionAsync(async () => (await host.Client.SendAsync(PayHost.Charge(), Cancelled)).Dispose());

        (await host.AllAsync()).Should().ContainSingle().Which.State.Should().Be(OutboxState.Dead);
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Is_not_said_to_be_kept_for_later(OutboxMode mode)
    {
        using var server = new PayServer(200, 503);
        await using var host = new PayHost(server, outbox => outbox.Mode = mode);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        failure.Should().BeOfType<OutboxKeptException>().Which.Message.Should().StartWith("Client 'pay': the call was handed in before, and has ended: it is Done.");
        host.Log.Lines.Should().NotContain(line => line.Id == 1000);
    }

    [Fact]
    public async Task Is_let_go_by_a_person_so_that_those_behind_it_are_made()
    {
        using var server = new PayServer(410, 200);
        await using var host = new PayHost(server);
        var (first, second) = (await EnqueueAsync(host, "one"), await EnqueueAsync(host, "two"));
        await host.DrainAsync();
        var held = await host.FindAsync(second);

        var isCancelled = await host.Outbox.TryCancelAsync(first, Cancelled);
        await host.DrainAsync();

        held.State.Should().Be(OutboxState.Waiting);
        isCancelled.Should().BeTrue();
        (await host.FindAsync(first)).State.Should().Be(OutboxState.Cancelled);
        (await host.FindAsync(second)).State.Should().Be(OutboxState.Done);
    }

    private static async Task<OutboxReceipt> EnqueueAsync(PayHost host, string key)
    {
        var request = PayHost.Charge(key);
        request.SetOrderingKey("account-7");
        return await host.Outbox.EnqueueAsync("pay", request, cancellationToken: Cancelled);
    }

    private sealed class Throws(Func<Exception?> failure) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => failure() is { } thrown ? Task.FromException<HttpResponseMessage>(thrown) : base.SendAsync(request, cancellationToken);
    }
}
