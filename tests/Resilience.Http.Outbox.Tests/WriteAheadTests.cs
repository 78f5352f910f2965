using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

public sealed class WriteAheadTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keeps_a_call_before_it_is_sent()
    {
        IReadOnlyList<OutboxEntry> during = [];
        PayHost host = null!;
        using var server = new PayServer(async (_, _, _) =>
        {
            during = await host.AllAsync();
            return new();
        });
        await using var _ = host = new PayHost(server, WriteAhead);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        during.Should().ContainSingle().Which.FirstSentAt.Should().NotBeNull();
        (await host.AllAsync()).Should().ContainSingle().Which.State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Is_nobody_elses_while_the_call_is_under_way()
    {
        PayHost host = null!;
        using var server = new PayServer(async (_, _, _) =>
        {
            await host.DrainAfterAsync(TimeSpan.FromSeconds(25));
            return new();
        });
        await using var _ = host = new PayHost(server, WriteAhead);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Is_made_by_the_drain_once_its_caller_is_gone()
    {
        using var folder = new TempFolder();
        var stuck = new TaskCompletionSource<HttpResponseMessage>();
        using var dead = new PayServer((_, _, _) => stuck.Task);
        await using var killed = new PayHost(dead, options => WriteAhead(options, margin: 1), file: folder.File);
        var call = killed.Client.SendAsync(PayHost.Charge(), Cancelled);
        while (dead.Requests.IsEmpty)
            await Task.Yield();
        ((IDisposable)killed.Store).Dispose();

        using var server = new PayServer(200);
        await using var host = new PayHost(server, WriteAhead, file: folder.File);
        await host.DrainAsync();
        var early = server.Requests.Count;
        await host.DrainAfterAsync(TimeSpan.FromMinutes(2));
        stuck.SetResult(new());

        (early, server.Requests.Count).Should().Be((0, 1));
        (await call).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Leaves_nothing_of_a_call_that_was_given_up_before_it_was_sent()
    {
        using var server = new PayServer(200);
        using var giveUp = new CancellationTokenSource();
        await using var host = new PayHost(server, WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Hurdle(giveUp)));

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Completes_a_call_that_was_given_up_after_it_was_sent()
    {
        using var giveUp = new CancellationTokenSource();
        using var server = new PayServer(async (number, _, cancelled) =>
        {
            await giveUp.CancelAsync();
            return number == 0 ? throw new OperationCanceledException(cancelled) : new HttpResponseMessage();
        });
        await using var host = new PayHost(server, WriteAhead);

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token)).Should().ThrowAsync<OperationCanceledException>();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Keys.Should().Equal("charge-1", "charge-1");
        (await host.AllAsync()).Should().ContainSingle().Which.State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Gives_the_same_receipt_for_the_same_key()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server, WriteAhead);

        var first = await host.KeepAsync();
        var again = await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));
        var afterwards = await host.KeepAsync();

        new[] { again, afterwards }.Should().AllBeEquivalentTo(first);
        server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Rejects_a_key_that_was_used_with_another_request()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, WriteAhead);
        await host.KeepAsync();

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(body: "amount=999"), Cancelled)).Should().ThrowAsync<OutboxKeyReusedException>();

        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Does_not_send_what_it_cannot_keep()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, options =>
        {
            WriteAhead(options);
            options.AllowedAuthorities.Add("https://other.test");
        });

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        failure.Should().BeOfType<OutboxUnavailableException>().Which.WasRejected.Should().BeTrue();
        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Ends_with_a_decline_that_the_caller_gets()
    {
        using var server = new PayServer(402);
        await using var host = new PayHost(server, WriteAhead);

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.PaymentRequired);
        (await host.AllAsync()).Should().ContainSingle().Which.Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Declined && entry.Status == 402);
    }

    private static void WriteAhead(OutboxOptions options) => options.Mode = OutboxMode.WriteAhead;

    private static void WriteAhead(OutboxOptions options, int margin) => (options.Mode, options.LeaseMargin) = (OutboxMode.WriteAhead, TimeSpan.FromSeconds(margin));

    /// <summary>An inner handler that never gets as far as the transport.</summary>
    private sealed class Hurdle(CancellationTokenSource giveUp) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await giveUp.CancelAsync();
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
