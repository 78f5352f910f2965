using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A caller that gives up takes back what was not sent, unless it was promised to somebody else.</summary>
public sealed class GivenUpTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leaves_nothing_whatever_the_unsent_call_ended_in()
    {
        using var server = new PayServer(200);
        using var giveUp = new CancellationTokenSource();
        await using var host = new PayHost(server, WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Before(async () =>
        {
            await giveUp.CancelAsync();
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        })));

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Has_not_sent_an_attempt_that_began_later()
    {
        using var server = new PayServer((_, _, cancelled) => Task.FromException<HttpResponseMessage>(new OperationCanceledException(cancelled)));
        using var giveUp = new CancellationTokenSource();
        await using var host = new PayHost(server, WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Before(giveUp.CancelAsync)));

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await host.AllAsync()).Should().BeEmpty();
        server.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Has_what_another_got_the_receipt_of_made_all_the_same(bool isEnqueued)
    {
        using var server = new PayServer(200);
        using var giveUp = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        await using var host = new PayHost(server, WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Waits(reached, new TaskCompletionSource().Task)));
        var first = Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token));
        await reached.Task;

        var receipt = isEnqueued ? await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled) : await host.KeepAsync();
        await giveUp.CancelAsync();

        (await first).Should().BeAssignableTo<OperationCanceledException>();
        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Waiting && entry.FirstSentAt == null);
    }

    [Fact]
    public async Task Still_notes_the_answer_though_another_got_the_receipt()
    {
        using var server = new PayServer(200);
        var (reached, isFree) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = new PayHost(server, WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Waits(reached, isFree.Task)));
        var first = host.Client.SendAsync(PayHost.Charge(), Cancelled);
        await reached.Task;

        var receipt = await host.KeepAsync();
        isFree.SetResult();
        using var response = await first;
        var entry = await host.Outbox.WaitAsync(receipt, Cancelled);

        entry.State.Should().Be(OutboxState.Done);
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Still_holds_its_lease_though_another_got_the_receipt()
    {
        using var server = new PayServer(200);
        var (reached, isFree) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = new PayHost(server, outbox => (outbox.Mode, outbox.LeaseMargin) = (OutboxMode.WriteAhead, TimeSpan.FromSeconds(1)), inner: client => client.AddHttpMessageHandler(() => new Waits(reached, isFree.Task)));
        var first = host.Client.SendAsync(PayHost.Charge(), Cancelled);
        await reached.Task;
        var entry = await host.FindAsync(await host.KeepAsync());

        host.Clock.Advance(entry.DueAt!.Value - host.Store.Now - TimeSpan.FromMilliseconds(900));
        while ((await host.FindAsync(entry.Receipt)).DueAt == entry.DueAt)
            await Task.Yield();

        isFree.SetResult();
        (await first).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static void WriteAhead(OutboxOptions options) => options.Mode = OutboxMode.WriteAhead;

    private sealed class Before(Func<Task> act) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await act();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Such as a token bucket that is empty.</summary>
    private sealed class Waits(TaskCompletionSource reached, Task isFree) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            reached.TrySetResult();
            await isFree.WaitAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
