using System.Net;

namespace Resilience.Http.Outbox.Tests;

/// <summary>A body that ends before its length: no transport sends it, and what is kept of it would be another request.</summary>
public sealed class ShortBodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_not_kept_by_hand()
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server);

        (await FluentActions.Awaiting(() => host.Outbox.EnqueueAsync("pay", Cut(), cancellationToken: Cancelled)).Should().ThrowAsync<OutboxUnavailableException>())
            .WithMessage("The call was not kept: its body has 8 bytes, and its Content-Length promises 11.");
    }

    [Theory]
    [InlineData(OutboxMode.WriteAhead)]
    [InlineData(OutboxMode.OnFailure)]
    public async Task Is_not_kept_with_its_call(OutboxMode mode)
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, outbox => outbox.Mode = mode);

        var failure = await Record.ExceptionAsync(() => host.Client.SendAsync(Cut(), Cancelled));

        (failure is OutboxKeptException).Should().BeFalse();
        (await host.AllAsync()).Should().BeEmpty();
    }

    private static HttpRequestMessage Cut()
    {
        var request = PayHost.Charge();
        request.Content = new CutContent();
        return request;
    }

    private sealed class CutContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync("amount=1"u8.ToArray()).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = "amount=1000".Length;
            return true;
        }
    }
}
