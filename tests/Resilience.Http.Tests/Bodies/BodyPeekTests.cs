using System.Net;
using System.Text;

namespace Resilience.Http.Tests;

public sealed class BodyPeekTests
{
    private const int Limit = 10_000;

    private static readonly BodyBounds Bounds = new(Limit, TimeSpan.FromMinutes(1), TimeProvider.System);

    // Lengths around the limit and around the first read, from a stream that gives a little at a time.
    public static MatrixTheoryData<int, bool> Bodies => new([0, 1, 4095, 4096, 4097, 9_999, 10_000, 10_001, 10_002, 50_000], [true, false]);

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Reads_no_more_than_the_limit_and_leaves_the_body_whole(int length, bool async)
    {
        var body = Body(length);
        using var response = Streaming(body);

        var peeked = await BodyPeek.ReadAsync(response, Bounds, async, TestContext.Current.CancellationToken);

        peeked.Should().Equal(length <= Limit ? body : []);
        (await ReadAllAsync(response, async)).Should().Equal(body);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        response.Content.Headers.GetValues("X-Own").Should().Equal("a", "b");
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(100, false)]
    [InlineData(50_000, true)]
    [InlineData(50_000, false)]
    public async Task Can_be_repeated(int length, bool async)
    {
        var body = Body(length);
        using var response = Streaming(body);

        var first = await BodyPeek.ReadAsync(response, Bounds, async, TestContext.Current.CancellationToken);
        var second = await BodyPeek.ReadAsync(response, Bounds, async, TestContext.Current.CancellationToken);

        second.Should().Equal(first);
        (await ReadAllAsync(response, async)).Should().Equal(body);
    }

    [Fact]
    public async Task Does_not_touch_a_body_that_is_known_to_be_too_long()
    {
        using var response = Streaming(Body(100), hang: true);
        response.Content.Headers.ContentLength = Limit + 1;

        var peeked = await BodyPeek.ReadAsync(response, Bounds, async: true, TestContext.Current.CancellationToken);

        peeked.Should().BeEmpty();
    }

    [Fact]
    public async Task Leaves_a_buffered_body_alone()
    {
        using var response = FailedResponse.With(400, null, Body(100));
        var content = response.Content;

        await BodyPeek.ReadAsync(response, Bounds, async: true, TestContext.Current.CancellationToken);

        response.Content.Should().BeSameAs(content);
        (await ReadAllAsync(response, async: true)).Should().Equal(Body(100));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hands_a_broken_body_on_as_broken(bool async)
    {
        using var response = Streaming(Body(100), failure: new IOException("reset"));

        var peeked = await BodyPeek.ReadAsync(response, Bounds, async, TestContext.Current.CancellationToken);

        peeked.Should().BeEmpty();
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var start = new byte[100];
        await body.ReadExactlyAsync(start, TestContext.Current.CancellationToken);
        start.Should().Equal(Body(100));
        await body.Invoking(async body => await body.ReadAsync(start, TestContext.Current.CancellationToken)).Should().ThrowAsync<IOException>().WithMessage("reset");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Survives_a_body_that_cannot_be_opened(bool async)
    {
        using var response = Streaming([]);
        response.Content.Dispose();

        var peeked = await BodyPeek.ReadAsync(response, Bounds, async, TestContext.Current.CancellationToken);

        peeked.Should().BeEmpty();
    }

    [Fact]
    public async Task Obeys_the_caller_who_gives_up()
    {
        using var caller = new CancellationTokenSource();
        using var response = Streaming(Body(100), hang: true);

        var peek = BodyPeek.ReadAsync(response, Bounds, async: true, caller.Token).AsTask();
        await caller.CancelAsync();

        (await peek.Invoking(peek => peek).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hands_a_body_that_is_not_there_in_time_on_with_the_read_that_is_under_way(bool async)
    {
        var late = new LateStream("late"u8.ToArray());
        using var response = new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StreamContent(late) };

        var peeked = await BodyPeek.ReadAsync(response, Bounds with { Wait = TimeSpan.FromMilliseconds(20) }, async, TestContext.Current.CancellationToken);
        late.Arrive();

        peeked.Should().BeEmpty();
        (await ReadAllAsync(response, async)).Should().Equal("late"u8.ToArray());
        late.Reads.Should().Be(2, "none was given up");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    public async Task Closes_the_original_with_the_response(int length)
    {
        var response = Streaming(Body(length));
        var body = (TrickleStream)await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await BodyPeek.ReadAsync(response, Bounds, async: true, TestContext.Current.CancellationToken);

        response.Dispose();

        body.IsClosed.Should().BeTrue();
    }

    private static byte[] Body(int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (length / 5) + 1).Select(i => $"{i:D5}")))[..length];

    private static HttpResponseMessage Streaming(byte[] body, Exception? failure = null, bool hang = false)
    {
        var response = new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new TrickleContent(new TrickleStream(body, failure, hang)) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/problem+json");
        response.Content.Headers.TryAddWithoutValidation("X-Own", ["a", "b"]);
        return response;
    }

    private static async Task<byte[]> ReadAllAsync(HttpResponseMessage response, bool async)
    {
        using var all = new MemoryStream();
        if (async)
            await response.Content.CopyToAsync(all, TestContext.Current.CancellationToken);
        else
            CopyTo(all, response.Content);

        return all.ToArray();
    }

    private static void CopyTo(Stream all, HttpContent content) => content.CopyTo(all, null, TestContext.Current.CancellationToken);
}
