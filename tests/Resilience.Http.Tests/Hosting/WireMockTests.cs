using System.Net;
using System.Net.Http.Json;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

public sealed class WireMockTests : IDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly HttpClient _client;

    public WireMockTests() => _client = new HttpClient { BaseAddress = new Uri(_server.Url!) };

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_delay_is_waited_before_the_first_byte()
    {
        _server.Given(Request.Create().WithPath("/slow").UsingGet()).RespondWith(Response.Create().WithDelay(200).WithBody("late"));
        var start = TimeProvider.System.GetTimestamp();

        var body = await _client.GetStringAsync("/slow", _cancelled);

        body.Should().Be("late");
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromMilliseconds(190));
    }

    [Fact]
    public async Task An_empty_response_is_whole_but_for_its_body()
    {
        _server.Given(Request.Create().WithPath("/cut").UsingPost())
            .RespondWith(Response.Create().WithStatusCode(503).WithBody("lost").WithFault(FaultType.EMPTY_RESPONSE));

        using var response = await _client.PostAsJsonAsync("/cut", new { a = 1 }, _cancelled);

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsByteArrayAsync(_cancelled)).Should().BeEmpty();
        _server.FindLogEntries(Request.Create().WithPath("/cut").UsingPost()).Single().RequestMessage!.Body.Should().Be("{\"a\":1}");
    }

    [Fact]
    public async Task A_malformed_chunk_is_valid_HTTP_around_spoiled_bytes()
    {
        _server.Given(Request.Create().WithPath("/junk").UsingGet())
            .RespondWith(Response.Create().WithBody("aabbccdd").WithFault(FaultType.MALFORMED_RESPONSE_CHUNK));

        var body = await _client.GetByteArrayAsync("/junk", _cancelled);

        body.Should().StartWith("ab"u8.ToArray()).And.HaveCountGreaterThan(40).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Any_body_goes_out_chunked()
    {
        _server.Given(Request.Create()).RespondWith(Response.Create().WithBody("hello"));

        using var response = await _client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, _cancelled);

        response.Headers.TransferEncodingChunked.Should().BeTrue();
        response.Content.Headers.Contains("Content-Length").Should().BeFalse();
    }

    [Fact]
    public async Task A_callback_sees_the_request()
    {
        _server.Given(Request.Create().WithHeader("idempotency-key", "*")).RespondWith(Response.Create().WithBody(request => request.Method + request.Path));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/x") { Headers = { { "Idempotency-Key", "k" } } };

        using var response = await _client.SendAsync(request, _cancelled);

        (await response.Content.ReadAsStringAsync(_cancelled)).Should().Be("PUT/x");
    }

    [Fact]
    public async Task A_stopped_server_refuses()
    {
        _server.Stop();

        var get = () => _client.GetAsync("/", _cancelled);

        (await get.Should().ThrowAsync<HttpRequestException>()).Which.HttpRequestError.Should().Be(HttpRequestError.ConnectionError);
        _server.IsStarted.Should().BeFalse();
    }

    [Fact]
    public async Task A_hanging_answer_does_not_hold_up_disposal()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<IResponseMessage>();
        _server.Given(Request.Create()).RespondWith(Response.Create().WithCallback(_ => { asked.SetResult(); return never.Task; }));
        var get = _client.GetAsync("/", _cancelled);
        await asked.Task;

        _server.Dispose();

        await FluentActions.Awaiting(() => get).Should().ThrowAsync<HttpRequestException>();
    }
}
