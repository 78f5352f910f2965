using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>
/// A server that stores successes only, and fails after the effect; a handler inside reads the body of failures, which breaks, so that nobody further out sees the status. With the same key the server would act again.
/// </summary>
public sealed class HiddenFailureTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Is_asked_about_and_not_repeated(OutboxMode? mode)
    {
        using var server = new PayServer(_ => new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new Broken() });
        await using var host = Host(server, mode);

        if (mode is null)
            await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);
        else
            await host.KeepAsync();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        server.Requests.Should().ContainSingle();
        (await host.AllAsync()).Should().ContainSingle().Which.Should().Match<OutboxEntry>(entry => entry.State == OutboxState.Done && entry.Reason!.Contains("reconciler"));
    }

    [Fact]
    public async Task Is_asked_about_where_its_caller_has_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        using var server = new PayServer(_ => new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new Broken(giveUp.Cancel) });
        await using var host = Host(server, OutboxMode.WriteAhead);

        await FluentActions.Awaiting(() => host.Client.SendAsync(PayHost.Charge(), giveUp.Token)).Should().ThrowAsync<OperationCanceledException>();
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 3);

        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Is_repeated_where_the_server_did_not_act()
    {
        using var server = new PayServer(number => number == 0 ? new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new Broken() } : new());
        await using var host = Host(server, mode: null);
        await host.Outbox.EnqueueAsync("pay", PayHost.Charge(), cancellationToken: Cancelled);

        await host.DrainAfterAsync(TimeSpan.FromSeconds(1), rounds: 2);

        server.Requests.Should().HaveCount(2);
    }

    private static PayHost Host(PayServer server, OutboxMode? mode) => new(
        server,
        outbox => outbox.Mode = mode ?? OutboxMode.OnFailure,
        IdempotencyProfile.Checkout with { HeaderName = "Idempotency-Key" },
        services => services.AddSingleton<IOutboxReconciler>(new Finds()),
        inner: client => client.AddRetry(retry => (retry.MaxRetries, retry.BaseDelay) = (2, TimeSpan.Zero)).AddHttpMessageHandler(() => new ReadsFailures()));

    private sealed class ReadsFailures : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode ? response : throw new HttpRequestException(await response.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    private sealed class Broken(Action? meanwhile = null) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            meanwhile?.Invoke();
            throw new IOException("The connection was reset.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Finds : IOutboxReconciler
    {
        public Task<OutboxFinding> FindAsync(OutboxCall kept, CancellationToken cancellationToken) => Task.FromResult(OutboxFinding.Exists);
    }
}
