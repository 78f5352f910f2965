using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Servers and handlers at their worst: nobody else is held up, and no call is lost.</summary>
public sealed class HardDayTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_the_status_of_an_answer_whose_body_never_comes()
    {
        using var never = new NeverContent();
        using var server = new PayServer(_ => new HttpResponseMessage { Content = never });
        await using var host = new PayHost(server, outbox => outbox.CallTimeout = TimeSpan.FromSeconds(1));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Done && entry.Status == 200);
    }

    [Fact]
    public async Task Waits_no_longer_than_a_day_for_a_server_that_asks_for_a_wait_without_end()
    {
        using var server = new PayServer(_ => new(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new RetryConditionHeaderValue(DateTimeOffset.MaxValue) } });
        await using var host = new PayHost(server);

        var receipt = await host.KeepAsync();

        (await host.FindAsync(receipt)).DueAt.Should().BeCloseTo(host.Store.Now + TimeSpan.FromDays(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Tries_again_if_what_depends_on_the_context_cannot_be_restored()
    {
        var failures = 1;
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.OnRestore = (_, _) =>
        {
            if (failures-- > 0)
                throw new InvalidOperationException("no tenant yet");
        });
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1009);
    }

    [Theory]
    [InlineData(false, OutboxState.Done)]
    [InlineData(true, OutboxState.Dead)]
    public async Task Tries_again_if_a_handler_fails_that_the_request_has_nothing_to_do_with(bool isOfRequest, OutboxState state)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, inner: client => client.AddHttpMessageHandler(() => new FailsOnce(isOfRequest ? new InvalidOperationException() : new TokenServiceDown())));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        (await host.FindAsync(receipt)).State.Should().Be(state);
    }

    [Fact]
    public async Task Tells_a_caller_that_gave_up_of_nothing_else_though_the_store_is_gone()
    {
        using var giveUp = new CancellationTokenSource();
        PayHost host = null!;
        using var server = new PayServer(200);
        await using var _ = host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Before(async () =>
        {
            ((IDisposable)host.Store).Dispose();
            await giveUp.CancelAsync();
        })));

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token));

        failure.Should().BeAssignableTo<OperationCanceledException>();
        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Tries_again_if_an_outer_handler_answered_instead()
    {
        using var server = new PayServer(200);
        var isDown = true;
        await using var host = new PayHost(server, outer: client => client.AddHttpMessageHandler(() => new Maintenance(() => isDown)));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainAsync();
        var waiting = await host.FindAsync(receipt);

        isDown = false;
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        waiting.Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Waiting && entry.FirstSentAt == null);
        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    private sealed class Maintenance(Func<bool> isDown) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => isDown() ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)) : base.SendAsync(request, cancellationToken);
    }

    private sealed class TokenServiceDown() : Exception("no token");

    private sealed class FailsOnce(Exception failure) : DelegatingHandler
    {
        private bool _hasFailed;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_hasFailed)
                return base.SendAsync(request, cancellationToken);
            _hasFailed = true;
            throw failure;
        }
    }

    private sealed class Before(Func<Task> act) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await act();
            cancellationToken.ThrowIfCancellationRequested();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Says nothing of its length, and never ends.</summary>
    private sealed class NeverContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
            => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
