using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Outbox.Tests;

/// <summary>Bodies of every kind are sent whole, or not at all.</summary>
public sealed class BodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_a_body_that_can_be_read_only_once()
    {
        using var server = new PayServer(503, 200);
        await using var host = new PayHost(server);
        var request = PayHost.Charge();
        request.Content = new OnceContent(11, isKnown: true);

        await host.KeepAsync(request);
        await host.DrainAfterAsync(TimeSpan.FromSeconds(1));

        server.Requests.Select(sent => sent.Body).Should().Equal("xxxxxxxxxxx", "xxxxxxxxxxx");
    }

    [Fact]
    public async Task Does_not_send_what_is_left_of_a_body_that_is_too_long()
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, outbox => outbox.MaxBodyBytes = 100);
        var request = PayHost.Charge();
        request.Content = new OnceContent(1000, isKnown: false);

        await FluentActions.Awaiting(() => host.Client.SendAsync(request, Cancelled)).Should().ThrowAsync<OutboxUnavailableException>();

        server.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sends_without_keeping_it_what_is_too_long_and_can_be_written_again(bool isJson)
    {
        using var server = new PayServer(503);
        await using var host = new PayHost(server, outbox => outbox.MaxBodyBytes = 100);
        var request = PayHost.Charge();
        request.Content = isJson ? JsonContent.Create(new string('x', 1000)) : new OnceContent(1000, isKnown: true);

        using var response = await host.Client.SendAsync(request, Cancelled);

        server.Requests.Should().ContainSingle().Which.Body.Length.Should().BeGreaterThanOrEqualTo(1000);
        host.Log.Lines.Should().ContainSingle(line => line.Id == 1001);
    }

    /// <summary>Throws when it is read again.</summary>
    private sealed class OnceContent(int length, bool isKnown) : HttpContent
    {
        private bool _wasRead;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            if (_wasRead)
                throw new InvalidOperationException("It was read already.");
            _wasRead = true;
            await stream.WriteAsync(Enumerable.Repeat((byte)'x', length).ToArray());
        }

        protected override bool TryComputeLength(out long known)
        {
            known = length;
            return isKnown;
        }
    }

    // As generators do: while there is more, and nobody has cancelled.
    [Theory]
    [InlineData(OutboxMode.OnFailure)]
    [InlineData(OutboxMode.WriteAhead)]
    public async Task Is_not_kept_in_part(OutboxMode mode)
    {
        using var server = new PayServer(200);
        await using var host = new PayHost(server, outbox => outbox.Mode = mode, outer: client => client.AddTotalTimeout(TimeSpan.FromMilliseconds(300)));
        using var request = PayHost.Charge();
        request.Content = new EndsWhenCancelled();

        await FluentActions.Awaiting(() => host.Client.SendAsync(request, Cancelled)).Should().ThrowAsync<TotalTimeoutException>();

        (await host.AllAsync()).Should().BeEmpty();
        server.Requests.Should().BeEmpty();
    }

    private sealed class EndsWhenCancelled : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("a part"u8.ToArray(), CancellationToken.None);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
