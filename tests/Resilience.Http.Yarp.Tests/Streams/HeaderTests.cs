using System.Net;
using Microsoft.AspNetCore.Http;

namespace Resilience.Http.Yarp.Tests.Streams;

public sealed class HeaderTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Huge_ones_pass_on_every_attempt()
    {
        var hits = 0;
        await using var backend = await Backend.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers["X-Back"]) = (Interlocked.Increment(ref hits) == 1 ? 503 : 200, new string('b', 40_000));
            return context.Response.WriteAsync($"{context.Request.Headers["X-Huge"].ToString().Length}");
        });
        await using var gateway = await Gateway.StartAsync(backend);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Huge", new string('h', 100_000) } } };

        using var response = await gateway.Client.SendAsync(request, Cancelled);

        (backend.Hits, await response.Content.ReadAsStringAsync(Cancelled)).Should().Be((2, "100000"));
        response.Headers.GetValues("X-Back").Single().Should().HaveLength(40_000);
    }

    [Fact]
    public async Task Those_of_one_hop_stay_on_it()
    {
        await using var backend = await Backend.StartAsync(static context => context.Response.WriteAsJsonAsync(context.Request.Headers.Keys));
        await using var gateway = await Gateway.StartAsync(backend);
        using var client = new RawClient(gateway.Address);

        var answer = await client.SendAsync("GET / HTTP/1.0\r\nHost: a\r\nConnection: X-Mine, X-Forwarded-For,Host\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nTE: gzip\r\nX-Other: 1\r\n\r\n", Cancelled);

        answer.Should().Contain("X-Other").And.Contain("X-Forwarded-For", "the proxy itself adds it").And.NotContainAny("X-Mine", "Keep-Alive", "Proxy-Connection", "gzip");
    }

    [Theory]
    [InlineData("text/plain", "on")]
    [InlineData("application/grpc", "on")]
    [InlineData("text/plain", "off")]
    public async Task Those_of_the_hop_before_do_not_reach_the_client(string type, string resilience)
    {
        await using var backend = RawServer.Answering("HTTP/1.1 200 OK\r\nConnection: close, X-Mine ,content-language,Content-Length,not a name\r\nX-Mine: 1\r\nContent-Language: de\r\nX-Other: 1\r\nContent-Length: 2\r\n\r\nok");
        await using var gateway = await Gateway.AtAsync(resilience == "off" ? new GatewaySettings { Metadata = new() { ["Resilience"] = "off" } } : new GatewaySettings(), backend.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, Root);
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new(type) } };

        using var response = await gateway.Client.SendAsync(request, Cancelled);

        response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Should().Contain("X-Other").And.NotContain(["X-Mine", "Content-Language"]);
        (response.Content.Headers.ContentLength, await response.Content.ReadAsStringAsync(Cancelled)).Should().Be((2, "ok"));
    }

    [Fact]
    public async Task The_length_of_what_HEAD_leaves_out_is_kept()
    {
        await using var backend = await Backend.StartAsync(static context =>
        {
            context.Response.ContentLength = 4711;
            return Task.CompletedTask;
        });
        await using var gateway = await Gateway.StartAsync(backend);
        using var request = new HttpRequestMessage(HttpMethod.Head, Root);

        using var response = await gateway.Client.SendAsync(request, Cancelled);

        response.Content.Headers.ContentLength.Should().Be(4711);
    }

    [Fact]
    public async Task An_answer_that_comes_after_early_hints_is_the_answer()
    {
        await using var backend = RawServer.Answering("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var gateway = await Gateway.AtAsync(new GatewaySettings(), backend.Address);

        using var response = await gateway.Client.GetAsync(Root, Cancelled);

        (response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled)).Should().Be((HttpStatusCode.OK, "ok"));
    }
}
