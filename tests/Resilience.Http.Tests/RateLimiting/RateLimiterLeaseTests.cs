using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>How long a request holds the lease of a limiter: until its response is done with.</summary>
public sealed class RateLimiterLeaseTests : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = 1, QueueLimit = 0 });
    private readonly ScriptedUpstream _upstream = new((_, _) => new() { Content = new TrickleContent(new TrickleStream("a body"u8.ToArray(), failure: null, hangs: false)) { Headers = { { "X-Kept", "1" } } } });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private bool IsHeld => _limiter.GetStatistics()!.CurrentAvailablePermits == 0;

    public void Dispose()
    {
        _limiter.Dispose();
        _upstream.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Until_a_streamed_body_has_been_read_to_its_end(bool async)
    {
        using var host = Host();
        using var response = await SendAsync(host, async);
        using var body = async ? await response.Content.ReadAsStreamAsync(Cancelled) : ReadAsStream(response.Content);

        var read = new List<(int Bytes, bool IsHeld)>();
        while (read is [] or [.., { Bytes: > 0 }])
            read.Add((async ? await body.ReadAsync(new byte[4], Cancelled) : body.Read(new byte[4]), IsHeld));

        read.Should().Equal((4, true), (2, true), (0, false));
        response.Content.Headers.GetValues("X-Kept").Should().Equal("1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task As_long_as_the_connection_is_that_of_another_protocol(bool async)
    {
        using var connection = new MemoryStream();
        using var host = Host(new ScriptedUpstream((_, _) => new(HttpStatusCode.SwitchingProtocols) { Content = new ConnectionContent(connection) }));
        using var response = await SendAsync(host, async);
        await using var stream = async ? await response.Content.ReadAsStreamAsync(Cancelled) : ReadAsStream(response.Content);

        await stream.WriteAsync("to "u8.ToArray(), Cancelled);
        await stream.WriteAsync("the "u8.ToArray().AsMemory(), Cancelled);
        WriteAndFlush(stream, "server"u8);

        (stream.CanWrite, IsHeld).Should().Be((true, true));
        connection.ToArray().Should().Equal("to the server"u8.ToArray());
    }

    [Fact]
    public async Task Beyond_a_read_of_no_bytes()
    {
        using var host = Host();
        using var response = await SendAsync(host);
        await using var body = await response.Content.ReadAsStreamAsync(Cancelled);

        _ = await body.ReadAsync(Memory<byte>.Empty, Cancelled);

        IsHeld.Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Until_a_body_has_been_buffered(bool async)
    {
        using var host = Host();
        using var response = await SendAsync(host, async);
        var before = IsHeld;

        await (async ? response.Content.LoadIntoBufferAsync(Cancelled) : Task.Run(() => response.Content.CopyTo(Stream.Null, null, Cancelled), Cancelled));

        (before, IsHeld).Should().Be((true, false));
    }

    [Fact]
    public async Task Until_the_buffering_of_a_body_has_failed()
    {
        using var host = Host(new ScriptedUpstream((_, _) => new() { Content = new TrickleContent(new TrickleStream([], new IOException("reset"), hangs: false)) }));
        using var response = await SendAsync(host);

        await FluentActions.Awaiting(() => response.Content.LoadIntoBufferAsync(Cancelled)).Should().ThrowAsync<HttpRequestException>();

        IsHeld.Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Until_the_response_or_its_stream_is_disposed_unread(bool response)
    {
        using var host = Host();
        using var answer = await SendAsync(host);
        var before = IsHeld;

        if (response)
            answer.Dispose();
        else
            await (await answer.Content.ReadAsStreamAsync(Cancelled)).DisposeAsync();

        (before, IsHeld, _upstream.Attempts[0].IsResponseDisposed == response).Should().Be((true, false, true));
    }

    [Fact]
    public async Task Until_the_client_has_buffered_the_body()
    {
        using var host = Host();

        using var response = await host.Client.GetAsync("/", Cancelled);

        IsHeld.Should().BeFalse();
        (await response.Content.ReadAsStringAsync(Cancelled)).Should().Be("a body");
    }

    // With advice that looks into bodies, and without.
    [Theory]
    [InlineData("GET", 204, null, false)]
    [InlineData("GET", 204, null, true)]
    [InlineData("GET", 304, null, true)]
    [InlineData("HEAD", 200, null, false)]
    [InlineData("HEAD", 404, null, false)]
    [InlineData("HEAD", 404, null, true)]
    [InlineData("HEAD", 503, 9, true)]
    [InlineData("GET", 200, 0, false)]
    [InlineData("GET", 404, 0, false)]
    [InlineData("GET", 404, 0, true)]
    public async Task Until_the_attempt_ends_where_no_body_is_left(string method, int status, int? length, bool advice)
    {
        var upstream = new ScriptedUpstream((request, _) => new((HttpStatusCode)status) { RequestMessage = request, Content = { Headers = { ContentLength = length } } });
        using var host = new TestHost(client => (advice ? client.AddAwsAdvice() : client).AddRateLimiter(_limiter), primary: upstream);

        using var response = await host.SendAsync(new(new(method), "http://upstream.test/"), async: true);

        IsHeld.Should().BeFalse();
    }

    [Fact]
    public async Task Until_retry_has_read_the_body_inside_the_attempt()
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.ResponseBodies = ResponseBodies.Buffered).AddRateLimiter(_limiter), primary: new ScriptedUpstream((_, _) => new() { Content = new StringContent("a body") }));

        using var response = await SendAsync(host);

        IsHeld.Should().BeFalse();
    }

    [Fact]
    public async Task A_rejected_request_holds_none()
    {
        using var host = Host();
        using var first = await SendAsync(host);

        await FluentActions.Awaiting(() => SendAsync(host)).Should().ThrowAsync<RateLimitedException>();
        first.Dispose();

        IsHeld.Should().BeFalse();
    }

    private static void WriteAndFlush(Stream stream, ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes[..1].ToArray(), 0, 1);
        stream.Write(bytes[1..]);
        stream.Flush();
    }

    private static Stream ReadAsStream(HttpContent content) => content.ReadAsStream(Cancelled);

    private static Task<HttpResponseMessage> SendAsync(TestHost host, bool async = true) => host.SendAsync(new(HttpMethod.Get, "http://upstream.test/"), async);

    private TestHost Host(ScriptedUpstream? upstream = null) => new(client => client.AddRateLimiter(_limiter), primary: upstream ?? _upstream);

    // As the transport has it after a switch of protocols.
    private sealed class ConnectionContent(Stream connection) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(connection);

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => connection;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
