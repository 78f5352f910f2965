using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.Testing.Tests;

public sealed class ScriptedServerFailureTests : IDisposable
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
        await using var upstream = ScriptedServer.Start(Named(name));

        var get = () => _client.GetAsync(upstream.Url, _cancelled);

        (await get.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resets_with_an_error_of_the_socket(bool afterRequest)
    {
        await using var upstream = ScriptedServer.Start(afterRequest ? Reply.ResetAfterRequest() : Reply.Reset());

        var get = () => _client.GetAsync(upstream.Url, _cancelled);

        (await get.Should().ThrowAsync<HttpRequestException>()).WithInnerException<IOException>()
            .WithInnerException<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task Refuses_where_nothing_listens()
    {
        var get = () => _client.GetAsync(ScriptedServer.RefusedUrl, _cancelled);

        (await get.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ConnectionError);
    }

    [Fact]
    public async Task Leaves_a_request_unread_when_it_resets_before_it()
    {
        await using var upstream = ScriptedServer.Start(Reply.Reset(), Reply.ResetAfterRequest());

        await FluentActions.Awaiting(() => _client.GetAsync(new Uri(upstream.Url, "/unread"), _cancelled)).Should().ThrowAsync<HttpRequestException>();
        await FluentActions.Awaiting(() => _client.GetAsync(new Uri(upstream.Url, "/read"), _cancelled)).Should().ThrowAsync<HttpRequestException>();

        upstream.Attempts.Should().ContainSingle().Which.Path.Should().Be("/read");
        upstream.Connections.Should().Be(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sends_the_headers_before_the_body_breaks(bool reset)
    {
        await using var upstream = ScriptedServer.Start(reset ? Reply.Ok("hello").ResetAfter(2) : Reply.Ok("hello").CutAfter(2));

        using var response = await _client.GetAsync(upstream.Url, HttpCompletionOption.ResponseHeadersRead, _cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        await FluentActions.Awaiting(() => response.Content.ReadAsByteArrayAsync(_cancelled)).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Stalls_before_the_headers()
    {
        await using var upstream = ScriptedServer.Start(Reply.Never());
        using var patience = new CancellationTokenSource();

        var get = _client.GetAsync(upstream.Url, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        await upstream.WaitForAttemptAsync(_cancelled);
        patience.CancelAfter(Moment);

        await FluentActions.Awaiting(() => get).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Stalls_within_the_body()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("hello").StallAfter(2));
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
        await using var upstream = ScriptedServer.Start(Reply.Ok("hello").Dripping(TimeSpan.FromMilliseconds(10)));
        var start = TimeProvider.System.GetTimestamp();

        var body = await _client.GetStringAsync(upstream.Url, _cancelled);

        body.Should().Be("hello");
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromMilliseconds(45));
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
}
