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
    public async Task Promises_nothing_to_who_has_given_up_as_well()
    {
        using var folder = new TempFolder();
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        using var giveUp = new CancellationTokenSource();
        var (adding, found, hangs) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        await using var call = new HeldCall(StoreProxy.Of(file, (method, _, run) => method == nameof(IOutboxStore.AddAsync) && ++adding == 2 ? EndsLateAsync<OutboxRow>(run, found, hangs.Task) : run()));
        await call.BeginAsync();

        var second = call.Host.Client.SendAsync(PayHost.Charge(), giveUp.Token);
        await found.Task;
        await giveUp.CancelAsync();
        var failure = await Record.ExceptionAsync(() => second);
        hangs.SetResult();
        await call.GiveUpAsync();

        failure.Should().BeAssignableTo<OperationCanceledException>();
        (await call.Host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Takes_back_a_promise_to_who_has_given_up_in_the_moment_of_its_commit()
    {
        using var folder = new TempFolder();
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        using var giveUp = new CancellationTokenSource();
        var (changes, committed, hangs, takenBack) = (0, new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var call = new HeldCall(StoreProxy.Of(file, (method, _, run) => (method, method == nameof(IOutboxStore.TryReplaceAsync) ? ++changes : 0) switch
        {
            (_, 1) => EndsLateAsync<bool>(run, committed, hangs.Task),
            (_, 2) => EndsLateAsync<bool>(run, takenBack, Task.CompletedTask),
            _ => run(),
        }));
        await call.BeginAsync();

        var second = call.Host.Client.SendAsync(PayHost.Charge(), giveUp.Token);
        await committed.Task;
        await giveUp.CancelAsync();
        var failure = await Record.ExceptionAsync(() => second);
        hangs.SetResult();
        await takenBack.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        await call.GiveUpAsync();

        failure.Should().BeAssignableTo<OperationCanceledException>();
        (await call.Host.AllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Keeps_a_call_of_its_own_when_the_one_before_was_taken_back_meanwhile()
    {
        using var folder = new TempFolder();
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        Func<Task> before = () => Task.CompletedTask;
        await using var call = new HeldCall(StoreProxy.Of(file, (method, _, run) => method == nameof(IOutboxStore.TryReplaceAsync) ? OnceAsync(before, run) : run()));
        var first = await call.BeginAsync();
        before = call.GiveUpAsync;

        var second = await call.Host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        second.Should().NotBe(first);
        (await call.Host.AllAsync()).Select(entry => entry.Receipt).Should().Equal(second);
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

    private static async Task<T> EndsLateAsync<T>(Func<object?> run, TaskCompletionSource done, Task hangs)
    {
        var result = await (Task<T>)run()!;
        done.SetResult();
        await hangs;
        return result;
    }

    private static async Task<bool> OnceAsync(Func<Task> before, Func<object?> run)
    {
        await before();
        return await (Task<bool>)run()!;
    }

    private sealed class Before(Func<Task> act) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await act();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Sends_nothing_any_more_that_a_handler_left_behind(OutboxMode mode)
    {
        var (goesOn, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.Mode = mode, inner: client => client.AddHttpMessageHandler(() => new Impatient(goesOn.Task, ended)));
        var receipt = await host.KeepAsync();

        goesOn.SetResult();
        await ended.Task;

        server.Requests.Should().BeEmpty();
        (await host.FindAsync(receipt)).FirstSentAt.Should().BeNull();
    }

    [Fact]
    public async Task Counts_as_sent_where_it_leaves_while_an_outer_handler_takes_its_time()
    {
        var (goesOn, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var server = new PayServer(200);
        await using var host = new PayHost(
            server,
            outer: client => client.AddHttpMessageHandler(() => new Slow(() =>
            {
                goesOn.SetResult();
                return ended.Task;
            })),
            inner: client => client.AddHttpMessageHandler(() => new Impatient(goesOn.Task, ended)));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).FirstSentAt.Should().NotBeNull();
    }

    private sealed class Slow(Func<Task> after) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                await after();
            }
        }
    }

    /// <summary>Waits no longer than it wants to, whatever goes on within.</summary>
    private sealed class Impatient(Task goesOn, TaskCompletionSource ended) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _ = SendLaterAsync(request);
            throw new TimeoutException();
        }

        private async Task SendLaterAsync(HttpRequestMessage request)
        {
            try
            {
                await goesOn;
                using var _ = await base.SendAsync(request, CancellationToken.None);
            }
            catch (TimeoutException)
            {
            }
            finally
            {
                ended.SetResult();
            }
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
