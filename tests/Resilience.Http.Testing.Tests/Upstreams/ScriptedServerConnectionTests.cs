using System.Net;
using System.Net.Http.Json;

namespace Resilience.Http.Testing.Tests;

public sealed class ScriptedServerConnectionTests : IDisposable
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private readonly HttpClient _client = new();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Reuses_a_connection_until_it_closes_it()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("a"), Reply.Ok("b").Chunked().ThenClose(), Reply.Ok("c"));

        string[] bodies = [await GetAsync(upstream), await GetAsync(upstream), await GetAsync(upstream), await GetAsync(upstream)];

        bodies.Should().Equal("a", "b", "c", "c");
        upstream.Connections.Should().Be(2);
    }

    [Fact]
    public async Task Answers_with_any_status_headers_and_body()
    {
        await using var upstream = ScriptedServer.Start(Reply.Status(999).WithHeader("X-A", "1").WithHeader("X-A", "2").WithBody([1, 2]));

        using var response = await _client.GetAsync(upstream.Url, _cancelled);

        ((int)response.StatusCode).Should().Be(999);
        response.Headers.GetValues("X-A").Should().Equal("1", "2");
        (await response.Content.ReadAsByteArrayAsync(_cancelled)).Should().Equal(1, 2);
    }

    [Fact]
    public async Task Answers_without_a_body_where_HTTP_has_none()
    {
        await using var upstream = ScriptedServer.Start(Reply.Ok("hello"), Reply.Status(204), Reply.Ok("next"));
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
        await using var upstream = ScriptedServer.Start(Reply.Ok());

        using var known = await _client.PostAsync(new Uri(upstream.Url, "/a?b=c"), new StringContent("héllo"), _cancelled);
        using var chunked = await _client.PutAsJsonAsync(upstream.Url, new { a = 1 }, _cancelled);

        upstream.Attempts.Select(request => (request.Method, request.Path, request.Text)).Should().Equal(("POST", "/a?b=c", "héllo"), ("PUT", "/", "{\"a\":1}"));
        upstream.Attempts[0].Header("content-type").Should().Be("text/plain; charset=utf-8");
        upstream.Attempts[0].Header("Idempotency-Key").Should().BeNull();
    }

    private Task<string> GetAsync(ScriptedServer upstream) => _client.GetStringAsync(upstream.Url, _cancelled);
}
