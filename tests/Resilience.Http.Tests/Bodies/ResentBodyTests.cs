using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A body too long to be copied that has to be written a second time within one attempt.</summary>
public sealed class ResentBodyTests
{
    private const uint RefusedStream = 7;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(307, true)]
    [InlineData(307, false)]
    [InlineData(401, true)]
    [InlineData(401, false)]
    public async Task Is_made_anew_after_a_redirect_or_a_challenge(int status, bool async)
    {
        await using var upstream = ScriptedServer.Start(Demand(status), Reply.Ok());
        using var host = Host(upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.SetContentFactory(OneShot);

        using var response = async ? await host.Client.SendAsync(request, Cancelled) : Send(host.Client, request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        upstream.Attempts.Select(sent => sent.Text).Should().Equal("order", "order");
    }

    // As SocketsHttpHandler does where the server has refused what it had all of.
    [Fact]
    public async Task Is_made_anew_after_a_refusal()
    {
        var wire = new MemoryStream();
        using var transport = new ScriptedUpstream(async (request, cancelled) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, cancelled);
            await request.Content!.CopyToAsync(wire, cancelled);
            return new();
        });
        using var host = Host(primary: transport);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.SetContentFactory(OneShot);

        using var response = await host.Client.SendAsync(request, Cancelled);

        wire.ToArray().Should().Equal("order"u8.ToArray());
    }

    // What tells the time may do so in fewer digits.
    [Fact]
    public async Task Is_sent_again_though_it_is_a_little_shorter_the_second_time()
    {
        await using var upstream = ScriptedServer.Start(Demand(307), Reply.Ok());
        using var host = Host(upstream.Url);
        using var content = new TellingTheTime();

        using var response = await host.Client.PostAsync("/", content, Cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        upstream.Attempts.Select(sent => sent.Text).Should().Equal("04:00:00.1234567", "04:00:00.123");
    }

    // The transport does not wait for a read that looks at no token, of a slow disk for example.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Is_read_once_at_a_time(bool isSame)
    {
        var (source, wire) = (new DeafStream(new byte[200_000]), new MemoryStream());
        using var transport = new ScriptedUpstream(async (request, cancelled) =>
        {
            using var first = new CancellationTokenSource();
            var sending = request.Content!.CopyToAsync(Stream.Null, first.Token);
            await source.IsBeingRead;
            await first.CancelAsync();
            await Record.ExceptionAsync(() => sending);
            var second = request.Content!.CopyToAsync(wire, cancelled);
            source.GoOn();
            await Record.ExceptionAsync(() => second);
            return new();
        });
        using var host = Host(primary: transport);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/") { Content = isSame ? new StreamContent(source) : new OwnStreamContent(source) };

        using var response = await host.Client.SendAsync(request, Cancelled);

        (wire.Length, source.MostReadersAtOnce).Should().Be((200_000, 1));
    }

    [Theory]
    [InlineData("one-shot", true)]
    [InlineData("one-shot", false)]
    [InlineData("multipart with one-shot", true)]
    public async Task Fails_with_the_remedy_if_it_can_be_read_only_once(string kind, bool async)
    {
        await using var upstream = ScriptedServer.Start(Demand(307), Reply.Ok());
        using var host = Host(upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = RequestBodyTests.OneShot(kind, async) };

        var call = async () => async ? await host.Client.SendAsync(request, Cancelled) : Send(host.Client, request);

        var failure = (await call.Should().ThrowAsync<HttpRequestException>()).WithMessage("*only once*MaxBufferedRequestBytes*SetContentFactory*").Which;
        failure.InnerException.Should().BeOfType<InvalidOperationException>();
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public async Task Is_not_sent_under_the_boundary_of_another()
    {
        await using var upstream = ScriptedServer.Start(Demand(307), Reply.Ok());
        using var host = Host(upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.SetContentFactory(static () => RequestBodyTests.OneShot("multipart with one-shot", async: true));

        var call = () => host.Client.SendAsync(request, Cancelled);

        await call.Should().ThrowAsync<HttpRequestException>();
        host.Log.Lines.Should().ContainMatch("*SetContentFactory failed*");
    }

    [Fact]
    public async Task Is_sent_no_third_time_if_it_was_refused_and_fails_before_it_has_come_as_far_again()
    {
        var refusal = Refusals.Of(RefusedStream);
        using var transport = new ScriptedUpstream((request, _) => SendTwiceAsync(request.Content!, refusal));
        using var host = Host(primary: transport);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = RequestBodyTests.OneShot("multipart with one-shot", async: true) };

        var call = () => host.Client.SendAsync(request, Cancelled);

        // The refusal itself would tell the transport to do so.
        var failure = (await call.Should().ThrowAsync<HttpRequestException>()).WithMessage("*refused*only once*SetContentFactory*").Which;
        failure.InnerException.Should().BeSameAs(refusal);
        (Failure.KindOf(failure), Failure.WasNeverProcessed(failure)).Should().Be((OutcomeKind.ConnectionFailed, false));
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    private static Reply Demand(int status) => Reply.Status(status).WithHeader("Location", "/moved").WithHeader("WWW-Authenticate", "Basic realm=shop");

    private static HttpContent OneShot() => RequestBodyTests.OneShot("one-shot", async: true);

    private static HttpResponseMessage Send(HttpClient client, HttpRequestMessage request) => client.Send(request, Cancelled);

    private static TestHost Host(Uri? url = null, HttpMessageHandler? primary = null) => new(
        client => client.AddRetry(retry => retry.MaxBufferedRequestBytes = 3).AddCircuitBreaker(breaker => breaker.ConsecutiveFailures = 1),
        url,
        primary: primary ?? new SocketsHttpHandler { Credentials = new NetworkCredential("shop", "secret") });

    private static async Task<HttpResponseMessage> SendTwiceAsync(HttpContent content, Exception refusal)
    {
        var sending = () => content.CopyToAsync(new RefusingWire(refusal), Cancelled);
        await sending.Should().ThrowAsync<HttpRequestException>();
        await content.CopyToAsync(Stream.Null, Cancelled);
        return new();
    }

    /// <summary>Ends when the body comes.</summary>
    private sealed class RefusingWire(Exception refusal) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            => buffer.Length == "order".Length ? throw refusal : base.WriteAsync(buffer, cancellationToken);
    }

    private sealed class TellingTheTime : HttpContent
    {
        private readonly Queue<string> _times = new(["04:00:00.1234567", "04:00:00.123"]);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context) => await stream.WriteAsync(Encoding.UTF8.GetBytes(_times.Dequeue()));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class OwnStreamContent(Stream source) : StreamContent(source);

    private sealed class DeafStream(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource _isBeingRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _readers;

        public Task IsBeingRead => _isBeingRead.Task;

        public int MostReadersAtOnce { get; private set; }

        public void GoOn() => _goOn.TrySetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            MostReadersAtOnce = Math.Max(MostReadersAtOnce, Interlocked.Increment(ref _readers));
            _isBeingRead.TrySetResult();
            await _goOn.Task;
            Interlocked.Decrement(ref _readers);
            return Read(buffer.Span);
        }
    }
}
