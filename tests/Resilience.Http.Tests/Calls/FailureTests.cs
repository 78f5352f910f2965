using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>What an exception proves: its kind, who is to blame, and whether the request can go again.</summary>
public sealed class FailureTests
{
    private const string NotEstablished = "An HTTP/2 connection could not be established because the server did not complete the HTTP/2 handshake.";
    private const uint NoError = 0;
    private const uint RefusedStream = 7;
    private const uint RequestRejectedOfHttp3 = 0x10B;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The exception, its kind, which requests may go again, and what the circuit makes of it.</summary>
    public static TheoryData<Exception, OutcomeKind, string, string> Table => new()
    {
        { new HttpRequestException("boom"), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException("boom", new FormatException("a cause of another transport")), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new SocketException((int)SocketError.ConnectionReset), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new IOException("reset"), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new InvalidDataException("packed by the server, and cannot be unpacked"), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new WebException("another transport"), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new TimeoutException("another transport"), OutcomeKind.Timeout, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(HttpRequestError.InvalidResponse), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(HttpRequestError.ResponseEnded), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(HttpRequestError.NameResolutionError), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { new AuthenticationException("certificate"), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "certificate", new AuthenticationException()), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "no TLS", new AuthenticationException("net_frame_read_size")), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { Alert(80), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { Alert(90), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { Alert(0), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { Alert(40), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { Alert(48), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { Alert(70), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException("read before", new InvalidOperationException()), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { new HttpRequestException("disposed", new ObjectDisposedException("stream")), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { new FileNotFoundException("certificate"), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { new DirectoryNotFoundException("certificates"), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { new NotSupportedException("scheme"), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { Status(HttpStatusCode.ServiceUnavailable), OutcomeKind.Unavailable, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { Status(HttpStatusCode.TooManyRequests), OutcomeKind.Throttled, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { Status(HttpStatusCode.NotImplemented), OutcomeKind.ServerError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { Status(HttpStatusCode.NotFound), OutcomeKind.NotFound, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { Status(HttpStatusCode.NotModified), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { new HttpRequestException("unreadable", new FormatException(), HttpStatusCode.OK), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { new AggregateException(new HttpRequestException("of a handler that blocks")), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new AggregateException(Status(HttpStatusCode.TooManyRequests)), OutcomeKind.Throttled, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { new AggregateException(new AuthenticationException("certificate")), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { new AggregateException(Proxys(HttpStatusCode.BadGateway)), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { new AggregateException(new HttpRequestException("of a handler that asks two servers"), new IOException("reset")), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new AggregateException(new HttpRequestException(HttpRequestError.NameResolutionError), new HttpRequestException("boom")), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new AggregateException(new HttpRequestException(HttpRequestError.NameResolutionError), new HttpRequestException(HttpRequestError.ConnectionError)), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { new AggregateException(new AuthenticationException("certificate"), new HttpRequestException("boom")), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Failure) },
        { new AggregateException(Status(HttpStatusCode.ServiceUnavailable), Status(HttpStatusCode.ServiceUnavailable)), OutcomeKind.Unavailable, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new AggregateException(new HttpRequestException("boom"), new FormatException()), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { new AggregateException(), OutcomeKind.ClientError, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { Proxys(null), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { Proxys(HttpStatusCode.BadGateway), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { Proxys(HttpStatusCode.GatewayTimeout), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { Proxys(HttpStatusCode.RequestTimeout), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { Proxys(HttpStatusCode.TooManyRequests), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { Proxys(HttpStatusCode.ProxyAuthenticationRequired), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { Proxys(HttpStatusCode.Forbidden), OutcomeKind.ConnectionFailed, nameof(Repeatable.Never), nameof(CircuitVerdict.Neutral) },
        { Refusals.Of(7), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { Refusals.Of(0x10B), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
        { Protocol(7), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { Protocol(0x10B), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { Protocol(8), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(NotEstablished), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException("wrapped", new IOException(NotEstablished, new SocketException())), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException("wrapped", new IOException("net_http_http2_connection_not_established")), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException("aborted", new IOException("aborted", new HttpIOException(HttpRequestError.InvalidResponse, NotEstablished))), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException(HttpRequestError.InvalidResponse, NotEstablished, new HttpIOException(HttpRequestError.InvalidResponse, NotEstablished)), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException("of a foreign handler", new RefusedBodyException(Refusals.Of(7), "")), OutcomeKind.ConnectionFailed, nameof(Repeatable.IfSafe), nameof(CircuitVerdict.Failure) },
        { new HttpRequestException("of a foreign handler", Refusals.Of(7)), OutcomeKind.ConnectionFailed, nameof(Repeatable.Always), nameof(CircuitVerdict.Neutral) },
    };

    [Theory]
    [MemberData(nameof(Table), DisableDiscoveryEnumeration = true)]
    public void Has_a_kind_and_somebody_to_blame(Exception exception, OutcomeKind kind, string repeatable, string verdict)
    {
        var outcome = Outcome.FromException(exception);
        var result = new AttemptResult(new HttpRequestMessage(), outcome);

        outcome.Kind.Should().Be(kind);
        RetryRules.Judge(result, couldHelp: null).ToString().Should().Be(repeatable);
        CircuitRules.Judge(result, TimeSpan.Zero, new()).ToString().Should().Be(verdict);
    }

    [Fact]
    public async Task Of_a_newcomers_first_test_is_retried_and_opens_the_circuit()
    {
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.Throw(new HttpRequestException("boom"))));
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(), primary: upstream);

        var call = () => host.Client.GetAsync("/", Cancelled);

        await call.Should().ThrowAsync<HttpRequestException>().WithMessage("boom");
        upstream.Attempts.Count.Should().Be(4);
        host.Circuit.State.Should().Be(CircuitState.Closed);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.Found)]
    public async Task Of_an_inner_handler_that_does_not_take_the_answer_is_passed_on(HttpStatusCode status)
    {
        using var upstream = new ScriptedUpstream(script => script.Answer(Reply.Throw(Status(status))));
        using var host = new TestHost(client => client.AddRetry().AddCircuitBreaker(), primary: upstream);

        var call = () => host.Client.GetAsync("/", Cancelled);

        (await call.Should().ThrowAsync<HttpRequestException>()).Which.StatusCode.Should().Be(status);
        upstream.Attempts.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_stream_that_was_not_processed_lets_a_POST_go_again(bool isRefused)
    {
        using var upstream = new Http2Upstream(times: 8, stream => (isRefused ? Http2Upstream.ResetStream(stream, RefusedStream) : Http2Upstream.GoAway(stream - 2 < 0 ? 0 : stream - 2, NoError), Closes: false));

        (await PostAsync(upstream)).Should().Be(200);

        upstream.Requests.Should().Be(9);
    }

    [Theory]
    [InlineData(false, NoError)]
    [InlineData(false, RefusedStream)]
    [InlineData(false, RequestRejectedOfHttp3)]
    [InlineData(true, RequestRejectedOfHttp3)]
    public async Task Of_a_stream_that_may_have_been_processed_does_not(bool isReset, uint error)
    {
        using var upstream = new Http2Upstream(times: 1, stream => (isReset ? Http2Upstream.ResetStream(stream, error) : Http2Upstream.GoAway(stream, error), Closes: !isReset));

        var post = () => PostAsync(upstream);

        await post.Should().ThrowAsync<HttpRequestException>();
        upstream.Requests.Should().Be(1);
    }

    [Fact]
    public async Task Of_a_connection_that_was_closed_before_HTTP_2_was_agreed_on_lets_a_POST_go_again()
    {
        using var upstream = new Http2Upstream(times: 0, _ => ([], Closes: false));
        var connections = 0;
        using var transport = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancelled) =>
            {
                if (++connections == 1)
                    return new Reset();

                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancelled);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var host = new TestHost(client => client.AddRetry(), primary: transport);
        using var request = new HttpRequestMessage(HttpMethod.Post, upstream.Url) { Content = new StringContent("order"), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await host.Client.SendAsync(request, Cancelled);

        (response.StatusCode, connections, upstream.Requests).Should().Be((HttpStatusCode.OK, 2, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_an_upload_that_was_refused_is_the_servers_though_the_transport_cannot_read_it_twice(bool hasFactory)
    {
        using var upstream = new Http2Upstream(times: 1, stream => (Http2Upstream.ResetStream(stream, RefusedStream), Closes: false), waitsForBody: true);
        using var host = new TestHost(client => client.AddRetry(), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var made = 0;
        // More than the window at first, so that it is still under way when it is refused; it leaves no room for another.
        HttpContent Make() => made++ == 0 ? new StreamContent(new OneShotStream(new byte[100_000])) : new ByteArrayContent([]);
        if (hasFactory)
            request.SetContentFactory(Make);
        else
            request.Content = Make();

        var failure = await Record.ExceptionAsync(async () => (await host.Client.SendAsync(request, Cancelled)).Dispose());

        (failure is null).Should().Be(hasFactory);
        request.GetRetryReport()?.Reason.Should().Be(hasFactory ? RetryStopReason.Final : RetryStopReason.NotRepeatable);
        (failure is null || Outcome.FromException(failure).Kind is OutcomeKind.ConnectionFailed).Should().BeTrue();
    }

    private static async Task<int> PostAsync(Http2Upstream upstream)
    {
        using var host = new TestHost(client => client.AddRetry(retry => retry.BaseDelay = TimeSpan.FromSeconds(1)), upstream.Url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("order"), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await host.Client.SendAsync(request, Cancelled);
        return (int)response.StatusCode;
    }

    private static HttpRequestException Status(HttpStatusCode status) => new("EnsureSuccessStatusCode", null, status);

    private static HttpRequestException Proxys(HttpStatusCode? status) => new(HttpRequestError.ProxyTunnelError, "CONNECT", null, status);

    // As it is where OpenSSL speaks.
    private static HttpRequestException Alert(int number)
        => new(HttpRequestError.SecureConnectionError, "TLS", new AuthenticationException("handshake", new IOException("alert", new CryptographicException((20 << 23) + 1000 + number))));

    private static HttpRequestException Protocol(long error) => new(HttpRequestError.HttpProtocolError, "HTTP/2", new HttpProtocolException(error, "stream", null));

    /// <summary>A connection that nothing can be written to.</summary>
    private sealed class Reset : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException(new IOException("reset"));
    }
}
