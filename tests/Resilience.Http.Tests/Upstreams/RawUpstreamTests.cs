using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Resilience.Http.Tests.Upstreams;

public sealed class RawUpstreamTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly HttpClient _client = new();

    public static TheoryData<string, HttpRequestError> Failures => new()
    {
        { nameof(Reply.Reset), HttpRequestError.Unknown },
        { nameof(Reply.ResetAfterRequest), HttpRequestError.Unknown },
        { nameof(Reply.Close), HttpRequestError.ResponseEnded },
        { nameof(Reply.Garbage), HttpRequestError.InvalidResponse },
        { nameof(Reply.CutAfter), HttpRequestError.ResponseEnded },
        { nameof(Reply.ResetAfter), HttpRequestError.Unknown },
        { nameof(Reply.Chunked), HttpRequestError.ResponseEnded },
    };

    public void Dispose() => _client.Dispose();

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Fails_as_the_network_does(string name, HttpRequestError expected)
    {
        await using var upstream = RawUpstream.Start(Named(name));

        var get = () => _client.GetAsync(upstream.Url, _cancelled);

        (await get.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resets_with_an_error_of_the_socket(bool afterRequest)
    {
        await using var upstream = RawUpstream.Start(afterRequest ? Reply.ResetAfterRequest() : Reply.Reset());

        var get = () => _client.GetAsync(upstream.Url, _cancelled);

        (await get.Should().ThrowAsync<HttpRequestException>()).WithInnerException<IOException>()
            .WithInnerException<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Refuses_where_nothing_listens()
    {
        var get = () => _client.GetAsync(RawUpstream.RefusedUrl(), _cancelled);

        (await get.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ConnectionError);
    }

    [Fact]
    public async Task Leaves_a_request_unread_when_it_resets_before_it()
    {
        await using var upstream = RawUpstream.Start(Reply.Reset(), Reply.ResetAfterRequest());

        await FluentActions.Awaiting(() => _client.GetAsync(upstream.Url + "/unread", _cancelled)).Should().ThrowAsync<HttpRequestException>();
        await FluentActions.Awaiting(() => _client.GetAsync(upstream.Url + "/read", _cancelled)).Should().ThrowAsync<HttpRequestException>();

        upstream.Requests.Should().ContainSingle().Which.Path.Should().Be("/read");
        upstream.Connections.Should().Be(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sends_the_headers_before_the_body_breaks(bool reset)
    {
        await using var upstream = RawUpstream.Start(reset ? Reply.Ok("hello").ResetAfter(2) : Reply.Ok("hello").CutAfter(2));

        using var response = await _client.GetAsync(upstream.Url, HttpCompletionOption.ResponseHeadersRead, _cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        await FluentActions.Awaiting(() => response.Content.ReadAsByteArrayAsync(_cancelled)).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Stalls_before_the_headers()
    {
        await using var upstream = RawUpstream.Start(Reply.Never());
        using var patience = new CancellationTokenSource(Moment, TimeProvider.System);

        var get = () => _client.GetAsync(upstream.Url, patience.Token);

        await get.Should().ThrowAsync<OperationCanceledException>();
        upstream.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Stalls_within_the_body()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("hello").StallAfter(2));
        using var response = await _client.GetAsync(upstream.Url, HttpCompletionOption.ResponseHeadersRead, _cancelled);
        using var patience = new CancellationTokenSource(Moment, TimeProvider.System);
        await using var body = await response.Content.ReadAsStreamAsync(_cancelled);

        var bytes = new byte[2];
        await body.ReadExactlyAsync(bytes, _cancelled);
        var read = () => body.ReadAsync(bytes, patience.Token).AsTask();

        bytes.Should().Equal("he"u8.ToArray());
        await read.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Drips_the_body()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("hello").Dripping(TimeSpan.FromMilliseconds(10)));
        var start = TimeProvider.System.GetTimestamp();

        var body = await _client.GetStringAsync(upstream.Url, _cancelled);

        body.Should().Be("hello");
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromMilliseconds(45));
    }

    [Fact]
    public async Task Reuses_a_connection_until_it_closes_it()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("a"), Reply.Ok("b").Chunked().ThenClose(), Reply.Ok("c"));

        string[] bodies = [await GetAsync(upstream), await GetAsync(upstream), await GetAsync(upstream), await GetAsync(upstream)];

        bodies.Should().Equal("a", "b", "c", "c");
        upstream.Connections.Should().Be(2);
    }

    [Fact]
    public async Task Answers_with_any_status_headers_and_body()
    {
        await using var upstream = RawUpstream.Start(Reply.Status(999).WithHeader("X-A", "1").WithHeader("X-A", "2").WithBody([1, 2]));

        using var response = await _client.GetAsync(upstream.Url, _cancelled);

        ((int)response.StatusCode).Should().Be(999);
        response.Headers.GetValues("X-A").Should().Equal("1", "2");
        (await response.Content.ReadAsByteArrayAsync(_cancelled)).Should().Equal(1, 2);
    }

    [Fact]
    public async Task Answers_without_a_body_where_HTTP_has_none()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok("hello"), Reply.Status(204), Reply.Ok("next"));
        using var head = new HttpRequestMessage(HttpMethod.Head, upstream.Url);

        using var first = await _client.SendAsync(head, _cancelled);
        using var second = await _client.GetAsync(upstream.Url, _cancelled);

        first.Content.Headers.ContentLength.Should().Be(5);
        second.StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await GetAsync(upstream)).Should().Be("next");
    }

    [Fact]
    public async Task Records_what_it_received()
    {
        await using var upstream = RawUpstream.Start(Reply.Ok());

        using var known = await _client.PostAsync(upstream.Url + "/a?b=c", new StringContent("héllo"), _cancelled);
        using var chunked = await _client.PutAsJsonAsync(upstream.Url, new { a = 1 }, _cancelled);

        upstream.Requests.Select(request => (request.Method, request.Path, request.Text)).Should().Equal(("POST", "/a?b=c", "héllo"), ("PUT", "/", "{\"a\":1}"));
        upstream.Requests[0].Header("content-type").Should().Be("text/plain; charset=utf-8");
        upstream.Requests[0].Header("Idempotency-Key").Should().BeNull();
    }

    private static Reply Named(string name) => name switch
    {
        nameof(Reply.Reset) => Reply.Reset(),
        nameof(Reply.ResetAfterRequest) => Reply.ResetAfterRequest(),
        nameof(Reply.Close) => Reply.Close(),
        nameof(Reply.Garbage) => Reply.Garbage(),
        nameof(Reply.CutAfter) => Reply.Ok("hello").CutAfter(2),
        nameof(Reply.ResetAfter) => Reply.Ok("hello").ResetAfter(2),
        _ => Reply.Ok("hello").Chunked().CutAfter(2),
    };

    private Task<string> GetAsync(RawUpstream upstream) => _client.GetStringAsync(upstream.Url, _cancelled);
}
