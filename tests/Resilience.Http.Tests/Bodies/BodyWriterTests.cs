using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Whose fault it is when a content cannot be sent: what happens on the wire is never the content's, whichever way it uses the wire.</summary>
public sealed class BodyWriterTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("writes")]
    [InlineData("writes asynchronously")]
    [InlineData("flushes")]
    [InlineData("flushes asynchronously")]
    [InlineData("writes and swallows")]
    [InlineData("writes asynchronously and swallows")]
    public async Task A_wire_that_fails_is_not_the_callers_fault(string use)
    {
        using var request = Request(use);
        var body = RequestBody.Watch(request, settings: null, limit: 0, earlier: null, new())!;

        var send = () => request.Content!.CopyToAsync(new DeadWire(), Cancelled);

        await send.Should().ThrowAsync<HttpRequestException>();
        body.LastSending!.HasCallerFailed.Should().BeFalse();
    }

    [Theory]
    [InlineData("writes asynchronously")]
    [InlineData("flushes asynchronously")]
    public async Task A_wire_that_stalls_is_not_waiting_for_the_caller(string use)
    {
        using var request = Request(use);
        var body = RequestBody.Watch(request, settings: null, limit: 0, earlier: null, new())!;
        var wire = new StalledWire();

        var sending = request.Content!.CopyToAsync(wire, Cancelled);

        body.LastSending!.WaitsForCaller.Should().BeFalse();
        wire.GoOn();
        await sending;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_stalls_and_looks_at_no_token_ends_with_the_call_and_is_not_the_servers_fault(bool isSent)
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok());
        using var host = new TestHost(
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(0.5)).AddRetry().AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1).AddAttemptTimeout(), upstream.Url, inRealTime: true);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = new Using(wire => StallAsync(wire, isSent ? 1 : 0, new TaskCompletionSource().Task)) };

        var sending = () => host.Client.SendAsync(request, Cancelled).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);

        await sending.Should().ThrowAsync<TotalTimeoutException>();
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task What_a_content_writes_when_nobody_waits_for_it_any_more_goes_nowhere()
    {
        using var cancelled = new CancellationTokenSource();
        var (wire, source) = (new MemoryStream(), new TaskCompletionSource());
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/") { Content = new Using(wire => StallAsync(wire, 3, source.Task)) };
        var body = RequestBody.Watch(request, settings: null, limit: 100, earlier: null, new())!;
        var sending = request.Content!.CopyToAsync(wire, cancelled.Token);

        await cancelled.CancelAsync();
        await sending.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled).ContinueWith(static _ => { }, TaskScheduler.Default);
        body.End(request);
        source.SetResult();

        sending.IsCanceled.Should().BeTrue();
        wire.Length.Should().Be(3);
        body.Copy.Should().BeNull();
    }

    [Fact]
    public void A_content_that_obeys_its_token_leaves_no_copy_of_its_part()
    {
        using var cancelled = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://upstream.test/") { Content = new Obeying(cancelled) };
        var body = RequestBody.Watch(request, settings: null, limit: 100, earlier: null, new())!;

        request.Content!.CopyTo(Stream.Null, context: null, cancelled.Token);

        body.Copy.Should().BeNull();
    }

    private static async Task StallAsync(Stream wire, int sent, Task source)
    {
        await wire.WriteAsync(new byte[sent], Cancelled);
        await wire.FlushAsync(Cancelled);
        await source;
        await wire.WriteAsync(new byte[5], Cancelled);
    }

    private static HttpRequestMessage Request(string use) => new(HttpMethod.Put, "http://upstream.test/")
    {
        Content = use switch
        {
            "writes" => new Using(wire => wire.Write("order"u8)),
            "flushes" => new Using(wire => wire.Flush()),
            // As contents do that tell a failure in another way, such as that of a proxy.
            "writes and swallows" => new Using(wire => { Record.Exception(() => wire.Write("order"u8)); }) { Declared = 10 },
            "writes asynchronously and swallows" => new Using(wire => Record.ExceptionAsync(() => wire.WriteAsync("order"u8.ToArray(), Cancelled).AsTask()).AsTask()) { Declared = 10 },
            "writes asynchronously" => new Using(wire => wire.WriteAsync("order"u8.ToArray(), Cancelled).AsTask()),
            _ => new Using(wire => wire.FlushAsync(Cancelled)),
        },
    };

    private sealed class Using(Func<Stream, Task> write) : HttpContent
    {
        public Using(Action<Stream> write)
            : this(wire =>
            {
                write(wire);
                return Task.CompletedTask;
            })
        {
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        public long? Declared { get; init; }

        protected override bool TryComputeLength(out long length)
        {
            length = Declared.GetValueOrDefault();
            return Declared is not null;
        }
    }

    private sealed class DeadWire : ForwardOnlyStream
    {
        public override bool CanWrite => true;

        public override void Flush() => throw new IOException("reset");

        public override Task FlushAsync(CancellationToken cancellationToken) => throw new IOException("reset");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("reset");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("reset");
    }

    private sealed class StalledWire : ForwardOnlyStream
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool CanWrite => true;

        public void GoOn() => _open.SetResult();

        public override Task FlushAsync(CancellationToken cancellationToken) => _open.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(_open.Task);
    }

    /// <summary>Ends when it is told to, as generators do.</summary>
    private sealed class Obeying(CancellationTokenSource cancelled) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            for (var i = 0; i < 10 && !cancellationToken.IsCancellationRequested; i++)
            {
                stream.Write("part"u8);
                cancelled.Cancel();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
