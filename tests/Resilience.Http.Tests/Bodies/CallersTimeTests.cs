using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Time in which the caller's bytes were waited for is not the server's, though it has had them in the end.</summary>
public sealed class CallersTimeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(4, CircuitState.Closed)]
    [InlineData(1, CircuitState.Open)]
    public async Task A_server_is_blamed_only_if_most_of_the_time_was_its_own(int seconds, CircuitState state)
    {
        using var upstream = new SilentUpstream();
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: upstream);
        var late = new LateStream("order"u8.ToArray());
        using var content = new StreamContent(late);

        var call = host.Client.PutAsync("/", content, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(seconds));
        late.Arrive();
        await upstream.HasAll;
        host.Clock.Advance(TimeSpan.FromSeconds(5 - seconds));

        await call.Awaiting(it => it).Should().ThrowAsync<AttemptTimeoutException>();
        host.Circuit.State.Should().Be(state);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_does_not_read_is_blamed(bool wasLate)
    {
        using var upstream = new SilentUpstream(new UnreadWire());
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: upstream);
        var late = new LateStream("order"u8.ToArray());
        using var content = new StreamContent(late);

        var call = host.Client.PutAsync("/", content, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(wasLate ? 2 : 0));
        late.Arrive();
        await upstream.Wire.IsWritten;
        host.Clock.Advance(TimeSpan.FromSeconds(wasLate ? 3 : 5));

        await call.Awaiting(it => it).Should().ThrowAsync<AttemptTimeoutException>();
        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    /// <summary>Reads the request, and does not answer.</summary>
    private sealed class SilentUpstream(UnreadWire? wire = null) : HttpMessageHandler
    {
        private readonly TaskCompletionSource _hasAll = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasAll => _hasAll.Task;

        public UnreadWire Wire => wire!;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(wire ?? Stream.Null, cancellationToken);
            _hasAll.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new(HttpStatusCode.OK);
        }
    }

    private sealed class UnreadWire : ForwardOnlyStream
    {
        private readonly TaskCompletionSource _isWritten = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsWritten => _isWritten.Task;

        public override bool CanWrite => true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // As SocketsHttpHandler is, it is ended by the token of the attempt.
            var stalled = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            _isWritten.SetResult();
            await stalled;
        }
    }
}
