using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>An entry that should go with its call's failure, and could not be removed: its caller gets the receipt, as it will be sent.</summary>
public sealed class UnremovedTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_kept_in_its_callers_eyes_too(bool isSent)
    {
        using var folder = new TempFolder();
        using var server = new PayServer(401);
        using var file = new SqliteOutboxStore(new() { Path = folder.File });
        await using var host = new PayHost(
            server,
            outbox => outbox.Mode = OutboxMode.WriteAhead,
            inner: client => client.AddHttpMessageHandler(() => new NoToken(isSent)),
            store: services => services.AddSingleton(StoreProxy.Of(file, (method, _, call)
                => method is nameof(IOutboxStore.TryDeleteAsync) or nameof(IOutboxStore.TryReplaceAsync) ? Task.FromException<bool>(new OutboxUnavailableException("the disk is full")) : call())));

        var receipt = await host.KeepAsync();

        (await host.Outbox.FindAsync(receipt, Cancelled))!.State.Should().Be(OutboxState.Waiting);
    }

    private sealed class NoToken(bool passes) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => passes ? base.SendAsync(request, cancellationToken) : throw new InvalidOperationException("no token yet");
    }
}
