namespace Resilience.Http.Tests;

/// <summary>A body tells once that nobody reads it any more.</summary>
public sealed class WatchedContentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<HttpResponseMessage, Task>> Ends => new()
    {
        { "read as a whole", response => response.Content.ReadAsStringAsync(Cancelled) },
        { "copied, blocking", response => Task.Run(() => response.Content.CopyTo(Stream.Null, null, Cancelled), Cancelled) },
        { "streamed to its end", async response => await (await response.Content.ReadAsStreamAsync(Cancelled)).CopyToAsync(Stream.Null, Cancelled) },
        { "streamed to its end, blocking", response => Task.Run(() => response.Content.ReadAsStream(Cancelled).CopyTo(Stream.Null), Cancelled) },
        { "left half-read", async response => await (await response.Content.ReadAsStreamAsync(Cancelled)).DisposeAsync() },
        { "disposed unread", Disposed },
    };

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public async Task The_end_is_told_once_when_a_body_is_(string end, Func<HttpResponseMessage, Task> endAsync)
    {
        var ended = 0;
        using var response = new HttpResponseMessage { Content = new WatchedContent(new StringContent("a body"), _ => ended++, null) };

        await endAsync(response);
        await Disposed(response);

        ended.Should().Be(1, end);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_has_ended_too()
    {
        var ended = false;
        using var content = new WatchedContent(new TrickleContent(new TrickleStream([1, 2, 3], new IOException("reset"), hangs: false)), _ => ended = true, null);

        var read = await Record.ExceptionAsync(() => content.ReadAsByteArrayAsync(Cancelled));

        read.Should().BeOfType<HttpRequestException>();
        ended.Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_breaks_has_ended_though_nobody_disposes_it(bool isBlocking)
    {
        var ended = false;
        using var content = new WatchedContent(new TrickleContent(new TrickleStream([1, 2, 3], new IOException("reset"), hangs: false)), _ => ended = true, null);
        var stream = await content.ReadAsStreamAsync(Cancelled);

        var read = isBlocking
            ? await Record.ExceptionAsync(() => Task.Run(() => stream.CopyTo(Stream.Null), Cancelled))
            : await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null, Cancelled));

        read.Should().BeOfType<IOException>();
        ended.Should().BeTrue();
    }

    // Nothing of it is read then, and it can be later.
    [Fact]
    public async Task A_read_that_is_cancelled_before_it_begins_ends_nothing()
    {
        var ended = false;
        using var content = new WatchedContent(new StringContent("a body"), _ => ended = true, null);
        var stream = await content.ReadAsStreamAsync(Cancelled);

        var read = await Record.ExceptionAsync(() => stream.ReadAsync(new byte[10], new CancellationToken(true)).AsTask());
        var endedBefore = ended;
        var rest = await new StreamReader(stream).ReadToEndAsync(Cancelled);

        read.Should().BeAssignableTo<OperationCanceledException>();
        (endedBefore, rest, ended).Should().Be((false, "a body", true));
    }

    private static Task Disposed(HttpResponseMessage response)
    {
        response.Dispose();
        return Task.CompletedTask;
    }
}
