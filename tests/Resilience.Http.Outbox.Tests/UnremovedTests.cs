using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>An entry that should go with its call's failure, and could not be removed: its caller is told what is so.</summary>
public sealed class UnremovedTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Is_kept_in_its_callers_eyes_too(bool isSent, bool fails)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(401);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        await using var host = new PayHost(
            server,
            outbox => outbox.Mode = OutboxMode.WriteAhead,
            inner: client => client.AddHttpMessageHandler(() => new NoToken(isSent)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call)
                => method is nameof(IOutboxStore.TryDeleteAsync) || (fails && method is nameof(IOutboxStore.TryReplaceAsync)) ? Task.FromException<bool>(new OutboxUnavailableException("the disk is full")) : call())));

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(PayHost.Charge(), Cancelled));

        (await host.AllAsync()).Single().State.Should().Be(OutboxState.Waiting);
        (failure is OutboxKeptException, failure is OutboxUnavailableException { MayBeKept: true }).Should().Be((!fails, fails));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_not_promised_where_it_goes_in_the_end(bool isLate)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(401);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        await using var host = new PayHost(
            server,
            outbox => (outbox.Mode, outbox.LeaseMargin) = (OutboxMode.WriteAhead, TimeSpan.FromSeconds(1)),
            inner: _ => { },
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call) => method is nameof(IOutboxStore.TryDeleteAsync) ? UnheardOfAsync(call, isLate) : call())));

        using var response = await host.Client.SendAsync(PayHost.Charge(), Cancelled);

        response.StatusCode.Should().Be(System.Net.HttpStatusCode.Unauthorized);
        (await host.AllAsync()).Should().BeEmpty();
    }

    private static async Task<bool> UnheardOfAsync(Func<object?> call, bool isLate)
    {
        await (Task<bool>)call()!;
        return isLate ? await new TaskCompletionSource<bool>().Task : throw new OutboxUnavailableException("the connection was cut");
    }

    private sealed class NoToken(bool passes) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => passes ? base.SendAsync(request, cancellationToken) : throw new InvalidOperationException("no token yet");
    }
}
