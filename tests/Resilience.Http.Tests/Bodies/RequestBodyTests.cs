
namespace Resilience.Http.Tests;

public sealed class RequestBodyTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    public static TheoryData<string> Replayable =>
    [
        "none", "bytes", "derived from bytes", "memory", "string", "form", "JSON", "seekable stream", "file",
        "multipart", "multipart form", "multipart in multipart", "empty multipart",
    ];

    public static TheoryData<string> OneShot =>
    [
        "one-shot stream", "disposed stream content", "closed stream", "unknown", "multipart with one-shot stream", "multipart in multipart with one-shot stream",
    ];

    [Theory]
    [MemberData(nameof(Replayable))]
    public async Task Sends_the_same_bytes_again(string kind)
    {
        await using var upstream = RawUpstream.Start(Reply.Status(503), Reply.Ok());
        using var content = RequestBodies.Named(kind);
        var before = RequestBody.CanReplay(content);

        await SendAsync(upstream, content);
        var between = RequestBody.CanReplay(content);
        await SendAsync(upstream, content);

        (before, between).Should().Be((true, true));
        upstream.Requests[1].Body.Should().Equal(upstream.Requests[0].Body);
        (upstream.Requests[0].Body.Length == 0).Should().Be(content is null);
    }

    [Theory]
    [MemberData(nameof(OneShot))]
    public void Knows_what_can_be_sent_only_once(string kind)
    {
        using var content = RequestBodies.Named(kind);

        RequestBody.CanReplay(content).Should().BeFalse();
    }

    [Fact]
    public async Task Rewinds_a_stream_to_where_it_stood()
    {
        await using var upstream = RawUpstream.Start(Reply.Status(503), Reply.Ok());
        using var stream = new MemoryStream("head and body"u8.ToArray()) { Position = 9 };
        using var content = new StreamContent(stream);

        await SendAsync(upstream, content);
        RequestBody.CanReplay(content).Should().BeTrue();
        await SendAsync(upstream, content);

        upstream.Requests.Select(request => request.Text).Should().Equal("body", "body");
    }

    [Fact]
    public async Task Rewinds_a_stream_that_was_read_in_part()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok());
        using var stream = new MemoryStream("head and body"u8.ToArray()) { Position = 9 };
        using var content = new StreamContent(stream);
        await content.CopyToAsync(Stream.Null, _cancelled);
        stream.Position = 11;

        RequestBody.CanReplay(content).Should().BeTrue();
        await SendAsync(upstream, content);

        upstream.Requests[0].Text.Should().Be("body");
    }

    [Fact]
    public void Leaves_a_one_shot_stream_unread()
    {
        using var stream = new OneShotStream("body"u8.ToArray());
        using var content = new StreamContent(stream);

        RequestBody.CanReplay(content);

        stream.Position.Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Buffers_a_one_shot_body_up_to_the_limit(bool async)
    {
        await using var upstream = RawUpstream.Start(Reply.Status(503), Reply.Ok());
        using var content = OneShotOfKnownLength();

        (await RequestBody.TryBufferAsync(content, limit: 4, async, _cancelled)).Should().BeTrue();
        await SendAsync(upstream, content);
        await SendAsync(upstream, content);

        upstream.Requests.Select(request => request.Text).Should().Equal("body", "body");
    }

    [Fact]
    public async Task Leaves_a_longer_body_unread()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok());
        using var content = OneShotOfKnownLength();

        (await RequestBody.TryBufferAsync(content, limit: 3, async: true, _cancelled)).Should().BeFalse();
        await SendAsync(upstream, content);

        upstream.Requests[0].Text.Should().Be("body");
    }

    [Fact]
    public async Task Leaves_a_body_of_unknown_length_unread()
    {
        using var stream = new OneShotStream("body"u8.ToArray());
        using var content = new StreamContent(stream);

        (await RequestBody.TryBufferAsync(content, limit: 1_000, async: true, _cancelled)).Should().BeFalse();

        stream.Position.Should().Be(0);
    }

    private static StreamContent OneShotOfKnownLength()
        => new(new OneShotStream("body"u8.ToArray())) { Headers = { ContentLength = 4 } };

    private async Task SendAsync(RawUpstream upstream, HttpContent? content)
    {
        using var transport = new HttpMessageInvoker(new SocketsHttpHandler());
        var request = new HttpRequestMessage(HttpMethod.Post, upstream.Url) { Content = content };
        using var response = await transport.SendAsync(request, _cancelled);
    }
}
