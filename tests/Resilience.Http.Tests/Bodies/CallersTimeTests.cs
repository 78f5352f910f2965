using System.Net;
using System.Threading.Tasks.Sources;
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

        (await call.Awaiting(it => it).Should().ThrowAsync<AttemptTimeoutException>()).Which.WaitedForRequestBody.Should().BeFalse();
        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_named_as_what_was_late()
    {
        using var upstream = new SilentUpstream();
        using var host = new TestHost(client => client.AddAttemptTimeout(TimeSpan.FromSeconds(5)), primary: upstream);
        using var content = new StreamContent(new LateStream([]));

        var call = host.Client.PutAsync("/", content, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        var failure = (await call.Awaiting(it => it).Should().ThrowAsync<AttemptTimeoutException>()).Which;
        (failure.WaitedForRequestBody, failure.Message).Should().Be((true, "Client 'test': the attempt did not end within 5 s, the attempt timeout; the request's body had not come."));
    }

    [Theory]
    [InlineData(9, 1, CircuitState.Closed)]
    [InlineData(1, 3, CircuitState.Open)]
    public async Task A_server_that_has_answered_is_slow_only_by_its_own_time(int callers, int servers, CircuitState state)
    {
        using var upstream = new PatientUpstream();
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => (breaker.ConsecutiveFailures, breaker.SlowCallDuration) = (1, TimeSpan.FromSeconds(2))), primary: upstream);
        var late = new LateStream("order"u8.ToArray());
        using var content = new StreamContent(late);

        var call = host.Client.PutAsync("/", content, Cancelled);
        host.Clock.Advance(TimeSpan.FromSeconds(callers));
        late.Arrive();
        await upstream.HasAll;
        host.Clock.Advance(TimeSpan.FromSeconds(servers));
        upstream.Answer();
        (await call).Dispose();

        host.Circuit.State.Should().Be(state);
    }

    /// <summary>Reads the request, and answers when it is told to.</summary>
    private sealed class PatientUpstream : HttpMessageHandler
    {
        private readonly TaskCompletionSource _hasAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasAll => _hasAll.Task;

        public void Answer() => _answer.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            _hasAll.SetResult();
            await _answer.Task;
            return new(HttpStatusCode.OK);
        }
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

    /// <summary>As that of SocketsHttpHandler, a write is ended by the token of the attempt.</summary>
    private sealed class UnreadWire : ForwardOnlyStream, IValueTaskSource
    {
        private readonly TaskCompletionSource _isAwaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ManualResetValueTaskSourceCore<bool> _write = new() { RunContinuationsAsynchronously = true };

        /// <summary>Ends when the write is known to wait, so that all later time is the wire's.</summary>
        public Task IsWritten => _isAwaited.Task;

        public override bool CanWrite => true;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.UnsafeRegister((_, token) => _write.SetException(new OperationCanceledException(token)), state: null);
            return new(this, _write.Version);
        }

        void IValueTaskSource.GetResult(short token) => _write.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _write.GetStatus(token);

        void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _write.OnCompleted(continuation, state, token, flags);
            _isAwaited.SetResult();
        }
    }
}
