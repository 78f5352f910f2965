using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A transport that cancels the sending of a body, as HTTP/2 does when the server resets the stream: that is no cancellation of the caller's, and no timeout.</summary>
public sealed class EndedSendingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_ends_while_the_body_is_awaited_is_a_failed_connection(bool listens)
    {
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddAttemptTimeout(), primary: new ResettingUpstream());
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://upstream.test/") { Content = new Waiting(listens) };

        var call = () => host.SendAsync(request);

        var failure = (await call.Should().ThrowAsync<HttpRequestException>()).Which;
        Outcome.FromException(failure).Kind.Should().Be(OutcomeKind.ConnectionFailed);
        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    /// <summary>Ends the sending of the body, and says no more than that.</summary>
    private sealed class ResettingUpstream : HttpMessageHandler, IKnownHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var stream = new CancellationTokenSource();
            var sending = request.Content!.CopyToAsync(Stream.Null, stream.Token);
            await stream.CancelAsync();
            await sending;
            return new();
        }
    }

    private sealed class Waiting(bool listens) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
            => new TaskCompletionSource().Task.WaitAsync(listens ? cancellationToken : CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
