using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A request that could not be sent by its own fault: nobody's circuit, nobody's retry.</summary>
public sealed class CallersFaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a stream that fails", false)]
    [InlineData("a stream that fails", true)]
    [InlineData("a content that fails", false)]
    [InlineData("longer than declared", false)]
    [InlineData("shorter than declared", false)]
    [InlineData("text longer than declared", false)]
    [InlineData("text shorter than declared", true)]
    [InlineData("a header that is not ASCII", false)]
    public async Task Is_passed_on_as_it_is(string fault, bool mapsProblems)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok());
        using var host = new TestHost(
            client => (mapsProblems ? client.AddProblemDetails() : client).AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), upstream.Url);
        using var request = Faulty(fault);

        var call = () => host.Client.SendAsync(request, Cancelled);

        (await call.Should().ThrowAsync<Exception>()).Which.Should().NotBeAssignableTo<ResilienceException>();
        upstream.Attempts.Should().HaveCountLessThanOrEqualTo(1);
        host.Circuit.State.Should().Be(CircuitState.Closed);
        request.GetRetryReport().Should().BeNull();
    }

    [Fact]
    public async Task Is_not_a_wire_that_broke()
    {
        await using var upstream = ScriptedServer.Start(Reply.Reset());
        using var host = new TestHost(client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1), upstream.Url);
        using var content = new StreamContent(new EndlessStream());

        var call = () => host.Client.PutAsync("/", content, Cancelled);

        await call.Should().ThrowAsync<HttpRequestException>();
        host.Circuit.State.Should().Be(CircuitState.Open);
    }

    [Theory]
    [InlineData(true, CircuitState.Closed)]
    [InlineData(false, CircuitState.Open)]
    public async Task Is_the_time_that_was_waited_for_the_callers_bytes(bool isCallers, CircuitState state)
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var host = new TestHost(
            client => client.AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddAttemptTimeout(TimeSpan.FromSeconds(1)), upstream.Url, inRealTime: true);
        using HttpContent content = isCallers ? new StreamContent(new NeverStream()) : new StreamContent(new OneShotStream("order"u8.ToArray()));

        var call = () => host.Client.PutAsync("/", content, Cancelled);

        await call.Should().ThrowAsync<AttemptTimeoutException>();
        host.Circuit.State.Should().Be(state);
    }

    [Theory]
    [InlineData("The HTTP request headers length exceeded the server limit of 16384 bytes.", true)]
    [InlineData("net_http_request_headers_exceeded_length, 16384", true)]
    [InlineData("boom", false)]
    public void Is_a_head_that_is_longer_than_the_server_takes(string message, bool isCallers)
    {
        using var request = new HttpRequestMessage();

        Failure.IsOfRequest(new HttpRequestException(message), request).Should().Be(isCallers);
    }

    private static HttpRequestMessage Faulty(string fault)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/")
        {
            Content = fault switch
            {
                "a stream that fails" => new StreamContent(new FailingStream()),
                "a content that fails" => new FailingContent(),
                "longer than declared" => new StreamContent(new OneShotStream("order"u8.ToArray())) { Headers = { ContentLength = 4 } },
                "shorter than declared" => new StreamContent(new OneShotStream("order"u8.ToArray())) { Headers = { ContentLength = 6 } },
                "text longer than declared" => new StringContent("order") { Headers = { ContentLength = 4 } },
                "text shorter than declared" => new StringContent("order") { Headers = { ContentLength = 6 } },
                _ => null,
            },
        };
        if (request.Content is null)
            request.Headers.TryAddWithoutValidation("X-Name", "Jürgen");
        return request;
    }

    private abstract class SourceStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    private sealed class FailingStream : SourceStream
    {
        private bool _hasBegun;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (_hasBegun)
                throw new IOException("a bad disk");
            _hasBegun = true;
            return buffer.Length;
        }
    }

    private sealed class EndlessStream : SourceStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }

    private sealed class NeverStream : SourceStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            return await new TaskCompletionSource<int>().Task.WaitAsync(cancellationToken);
        }
    }

    private sealed class FailingContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new InvalidDataException("cannot be serialised");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
