using System.Net;
using Resilience.Http.Tests.Time;
using Resilience.Http.Tests.Upstreams;

namespace Resilience.Http.Tests;

public sealed class ResponseDrainTests : IDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    // The transport would drain by itself, but later: in the background.
    private readonly HttpMessageInvoker _transport = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 });

    public void Dispose() => _transport.Dispose();

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(4096, true)]
    [InlineData(4096, false)]
    public async Task Frees_the_connection_after_a_small_body(int length, bool async)
    {
        await using var upstream = RawUpstream.Start(Reply.Status(503, new string('x', length)), Reply.Ok());

        await ResponseDrain.DisposeAsync(await GetAsync(upstream), async, _cancelled);
        using var next = await GetAsync(upstream);

        (next.StatusCode, upstream.Connections).Should().Be((HttpStatusCode.OK, 1));
    }

    [Fact]
    public async Task Frees_the_connection_after_a_body_that_was_read_before()
    {
        await using var upstream = RawUpstream.Start(Reply.Status(503, new string('x', 10_000)), Reply.Ok());
        var response = await GetAsync(upstream);
        await response.Content.LoadIntoBufferAsync(_cancelled);

        await ResponseDrain.DisposeAsync(response, async: true, _cancelled);
        using var next = await GetAsync(upstream);

        upstream.Connections.Should().Be(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_nothing_of_a_body_that_is_long_or_may_be(bool isChunked)
    {
        var stalling = Reply.Status(503, new string('x', isChunked ? 10 : 4097)).StallAfter(3);
        await using var upstream = RawUpstream.Start(isChunked ? stalling.Chunked() : stalling, Reply.Ok());

        await ResponseDrain.DisposeAsync(await GetAsync(upstream), async: true, _cancelled);
        using var next = await GetAsync(upstream);

        (next.StatusCode, upstream.Connections).Should().Be((HttpStatusCode.OK, 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gives_the_connection_up_rather_than_wait(bool isDripping)
    {
        var slow = Reply.Status(503, "0123456789");
        await using var upstream = RawUpstream.Start(isDripping ? slow.Dripping(TimeSpan.FromMinutes(1)) : slow.StallAfter(3), Reply.Ok());
        using var bound = new CancellationTokenSource();

        var draining = ResponseDrain.DisposeAsync(await GetAsync(upstream), async: true, bound.Token);
        await bound.CancelAsync();
        await draining;
        using var next = await GetAsync(upstream);

        (next.StatusCode, upstream.Connections).Should().Be((HttpStatusCode.OK, 2));
    }

    [Fact]
    public async Task Blocks_no_longer_than_its_bound()
    {
        var clock = new ControlledClock();
        await using var upstream = RawUpstream.Start(Reply.Status(503, "0123456789").StallAfter(3));
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        var (responding, bound) = (GetAsync(upstream), source.Token);
        await responding;

        var draining = Task.Run(async () => await ResponseDrain.DisposeAsync(await responding, async: false, bound), _cancelled);
        clock.Advance(TimeSpan.FromSeconds(1));

        await draining.WaitAsync(_cancelled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Does_not_mind_a_body_that_breaks_off(bool async)
    {
        await using var upstream = RawUpstream.Start(Reply.Status(503, "0123456789").CutAfter(3));

        var drain = async () => await ResponseDrain.DisposeAsync(await GetAsync(upstream), async, _cancelled);

        await drain.Should().NotThrowAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(10_000)]
    public async Task Disposes_the_response(int length)
    {
        var content = new TrackedContent(new ByteArrayContent(new byte[length]));

        await ResponseDrain.DisposeAsync(new HttpResponseMessage { Content = content }, async: true, new CancellationToken(canceled: true));

        content.IsDisposed.Should().BeTrue();
    }

    [Theory]
    [InlineData("throws while read")]
    [InlineData("throws when disposed")]
    [InlineData("ignores cancellation")]
    [InlineData("is longer than it says")]
    public async Task Outlives_any_content(string flaw)
    {
        using var bound = new CancellationTokenSource();
        var draining = ResponseDrain.DisposeAsync(new HttpResponseMessage { Content = new FlawedContent(flaw) }, async: true, bound.Token);

        await bound.CancelAsync();

        await draining.WaitAsync(_cancelled);
    }

    private Task<HttpResponseMessage> GetAsync(RawUpstream upstream)
        => _transport.SendAsync(new HttpRequestMessage(HttpMethod.Get, upstream.Url), _cancelled);

    private sealed class FlawedContent(string flaw) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => flaw switch
        {
            "throws while read" => throw new InvalidOperationException(flaw),
            "ignores cancellation" => new TaskCompletionSource().Task,
            "is longer than it says" => stream.WriteAsync(new byte[10_000]).AsTask(),
            _ => Task.CompletedTask,
        };

        protected override bool TryComputeLength(out long length)
        {
            length = 10;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (flaw == "throws when disposed")
                throw new InvalidOperationException(flaw);
        }
    }
}
