using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>What begins the life of a key: the first attempt that may have arrived, whatever the call ended in.</summary>
public sealed class KeyAgeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Begins_though_the_last_attempt_never_left(OutboxMode mode)
    {
        using var server = new PayServer(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        await using var host = new PayHost(server, outbox => outbox.Mode = mode, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero)).AddHttpMessageHandler(() => new OnceOpen()));

        var receipt = await host.KeepAsync();

        server.Requests.Should().ContainSingle();
        (await host.FindAsync(receipt)).Should().Match<OutboxEntry>(entry => entry.Reason == "CircuitOpen" && entry.FirstSentAt != null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Begins_where_an_outer_handler_tries_again(bool isFirst)
    {
        using var server = new PayServer(number => throw new HttpRequestException(number == 0 == isFirst ? HttpRequestError.ResponseEnded : HttpRequestError.ConnectionError));
        await using var host = new PayHost(server, outer: client => client.AddHttpMessageHandler(() => new Twice()));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        (await host.FindAsync(receipt)).FirstSentAt.Should().NotBeNull();
    }

    [Fact]
    public async Task Does_not_begin_with_attempts_that_were_rejected()
    {
        using var server = new PayServer(number => number == 0 ? new(HttpStatusCode.TooManyRequests) : throw new HttpRequestException(HttpRequestError.ConnectionError));
        await using var host = new PayHost(server, inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (1, TimeSpan.Zero)));

        var receipt = await host.KeepAsync();

        server.Requests.Should().HaveCount(2);
        (await host.FindAsync(receipt)).FirstSentAt.Should().BeNull();
    }

    [Fact]
    public async Task Does_not_begin_with_a_try_that_reached_nobody()
    {
        using var server = new PayServer(number => number == 0 ? throw new HttpRequestException(HttpRequestError.ConnectionError) : new());
        await using var host = new PayHost(server);
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        await host.DrainOnceAsync();

        host.Clock.Advance(TimeSpan.FromHours(30));
        await host.DrainOnceAsync();

        (await host.FindAsync(receipt)).State.Should().Be(OutboxState.Done);
    }

    [Fact]
    public async Task Begins_when_a_caller_sends_again_what_had_waited_unsent()
    {
        using var server = new PayServer(number => number switch
        {
            0 => throw new HttpRequestException(HttpRequestError.ConnectionError),
            1 => throw new HttpRequestException(HttpRequestError.ResponseEnded),
            _ => new(),
        });
        await using var host = new PayHost(server);
        var first = await host.KeepAsync();
        host.Clock.Advance(TimeSpan.FromHours(2));

        var second = await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromHours(25));

        second.Should().Be(first);
        (await host.FindAsync(first)).State.Should().Be(OutboxState.Dead);
        server.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Is_not_sent_by_a_process_that_was_stopped_for_too_long()
    {
        PayHost host = null!;
        using var server = new PayServer(503, 200);
        await using var _ = host = new PayHost(server, inner: client => client.AddHttpMessageHandler(() => new Stopped(() => host.Clock.Advance(TimeSpan.FromHours(25)))));
        var receipt = await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainOnceAsync();

        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Is_not_sent_by_a_caller_that_was_stopped_for_too_long()
    {
        PayHost host = null!;
        using var server = new PayServer(200);
        await using var _ = host = new PayHost(server, outbox => outbox.Mode = OutboxMode.WriteAhead, inner: client => client.AddHttpMessageHandler(() => new Stopped(() => host.Clock.Advance(TimeSpan.FromHours(25)))));

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        failure.Should().BeOfType<OutboxKeptException>();
        server.Requests.Should().BeEmpty();
    }

    /// <summary>Lets one request through, and rejects those after it as an open circuit does.</summary>
    private sealed class OnceOpen : DelegatingHandler
    {
        private bool _isOpen;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_isOpen)
                throw new Rejected();
            _isOpen = true;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Rejected() : ResilienceException("The circuit is open.", OutcomeKind.CircuitOpen);

    private sealed class Twice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException)
            {
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }

    /// <summary>What happens while a process does not run, just before a request leaves.</summary>
    private sealed class Stopped(Action meanwhile) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            meanwhile();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
