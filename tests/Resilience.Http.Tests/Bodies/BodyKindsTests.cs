namespace Resilience.Http.Tests;

public sealed class BodyKindsTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    public static TheoryData<string> Same =>
    [
        "none", "bytes", "memory", "string", "form", "seekable stream", "file", "multipart", "multipart form", "multipart in multipart", "empty multipart",
    ];

    public static TheoryData<string> Uncertain =>
    [
        "JSON", "derived from bytes", "derived from a stream", "one-shot stream", "disposed stream content", "closed stream", "unknown",
        "multipart with JSON", "multipart with one-shot stream", "multipart in multipart with one-shot stream",
    ];

    [Theory]
    [MemberData(nameof(Same))]
    public async Task What_is_the_same_sends_the_same_bytes_again(string kind)
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var content = RequestBodies.Named(kind);
        var before = BodyKinds.IsSame(content);

        await SendAsync(upstream, content);
        var between = BodyKinds.IsSame(content);
        await SendAsync(upstream, content);

        (before, between).Should().Be((true, true));
        upstream.Attempts[1].Body.ToArray().Should().Equal(upstream.Attempts[0].Body.ToArray());
        (upstream.Attempts[0].Body.Length == 0).Should().Be(content is null);
    }

    [Theory]
    [MemberData(nameof(Uncertain))]
    public void What_may_be_another_the_second_time_is_not(string kind)
    {
        using var content = RequestBodies.Named(kind);

        BodyKinds.IsSame(content).Should().BeFalse();
    }

    [Theory]
    [InlineData(4L, true)]
    [InlineData(5L, false)]
    [InlineData(null, false)]
    public void Text_may_declare_a_wrong_length_or_none(long? declared, bool isWrong)
    {
        using var content = new StringContent("order") { Headers = { ContentLength = declared } };

        BodyKinds.HasWrongLength(content).Should().Be(isWrong);
    }

    [Theory]
    [MemberData(nameof(Same))]
    public void Bytes_in_memory_are_not_watched_and_streams_are(string kind)
    {
        using var content = RequestBodies.Named(kind);

        BodyKinds.IsInMemory(content).Should().Be(kind is "none" or "bytes" or "memory" or "string" or "form");
    }

    [Fact]
    public async Task Rewinds_a_stream_to_where_it_stood()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(503), Reply.Ok());
        using var stream = new MemoryStream("head and body"u8.ToArray()) { Position = 9 };
        using var content = new StreamContent(stream);

        await SendAsync(upstream, content);
        BodyKinds.IsSame(content).Should().BeTrue();
        await SendAsync(upstream, content);

        upstream.Attempts.Select(request => request.Text).Should().Equal("body", "body");
    }

    [Fact]
    public void Leaves_a_one_shot_stream_unread()
    {
        using var stream = new OneShotStream("body"u8.ToArray());
        using var content = new StreamContent(stream);

        BodyKinds.IsSame(content);

        stream.Position.Should().Be(0);
    }

    private async Task SendAsync(ScriptedServer upstream, HttpContent? content)
    {
        using var transport = new HttpMessageInvoker(new SocketsHttpHandler());
        var request = new HttpRequestMessage(HttpMethod.Post, upstream.Url) { Content = content };
        using var response = await transport.SendAsync(request, _cancelled);
    }
}
