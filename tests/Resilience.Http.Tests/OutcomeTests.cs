using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.Tests;

public sealed class OutcomeTests
{
    public static TheoryData<Exception, OutcomeKind, bool> Exceptions => new()
    {
        { new HttpRequestException(HttpRequestError.NameResolutionError), OutcomeKind.ConnectionFailed, true },
        { new HttpRequestException(HttpRequestError.ConnectionError), OutcomeKind.ConnectionFailed, true },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError), OutcomeKind.ConnectionFailed, true },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), OutcomeKind.ConnectionFailed, true },
        { new HttpRequestException(HttpRequestError.ResponseEnded), OutcomeKind.ConnectionFailed, false },
        { new HttpRequestException(HttpRequestError.InvalidResponse), OutcomeKind.ConnectionFailed, false },
        { new HttpRequestException("reset", new IOException()), OutcomeKind.ConnectionFailed, false },
        { new HttpRequestException("reset", new SocketException()), OutcomeKind.ConnectionFailed, false },
        { new IOException(), OutcomeKind.ConnectionFailed, false },
        { new HttpRequestException("EnsureSuccessStatusCode", null, HttpStatusCode.ServiceUnavailable), OutcomeKind.Unavailable, false },
        { new HttpRequestException("stream already consumed", new InvalidOperationException()), OutcomeKind.ClientError, false },
        { new InvalidOperationException(), OutcomeKind.ClientError, false },
        { new TaskCanceledException("connect timeout", new TimeoutException("A connection could not be established within the configured ConnectTimeout.")), OutcomeKind.Timeout, true },
        { new TaskCanceledException("timeout of a handler further in", new TimeoutException()), OutcomeKind.Timeout, false },
        { new TaskCanceledException("HttpClient.Timeout of a client further in", new TimeoutException(null, new TaskCanceledException())), OutcomeKind.Timeout, false },
        { new TaskCanceledException("a timeout of an inner handler"), OutcomeKind.Timeout, false },
    };

    [Theory]
    [InlineData(100, OutcomeKind.Success)]
    [InlineData(200, OutcomeKind.Success)]
    [InlineData(294, OutcomeKind.Success)]
    [InlineData(304, OutcomeKind.Success)]
    [InlineData(400, OutcomeKind.InvalidRequest)]
    [InlineData(401, OutcomeKind.Unauthorized)]
    [InlineData(402, OutcomeKind.ClientError)]
    [InlineData(403, OutcomeKind.Forbidden)]
    [InlineData(404, OutcomeKind.NotFound)]
    [InlineData(408, OutcomeKind.Timeout)]
    [InlineData(409, OutcomeKind.Conflict)]
    [InlineData(410, OutcomeKind.NotFound)]
    [InlineData(412, OutcomeKind.Conflict)]
    [InlineData(422, OutcomeKind.InvalidRequest)]
    [InlineData(425, OutcomeKind.ClientError)]
    [InlineData(429, OutcomeKind.Throttled)]
    [InlineData(500, OutcomeKind.ServerError)]
    [InlineData(503, OutcomeKind.Unavailable)]
    [InlineData(504, OutcomeKind.Timeout)]
    [InlineData(529, OutcomeKind.Unavailable)]
    [InlineData(999, OutcomeKind.ServerError)]
    [InlineData(0, OutcomeKind.ServerError)]
    public void Has_a_kind_for_every_status(int status, OutcomeKind kind)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);

        Outcome.FromResponse(response).Kind.Should().Be(kind);
    }

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void Has_a_kind_for_every_exception(Exception exception, OutcomeKind kind, bool neverProcessed)
    {
        var outcome = Outcome.FromException(exception);

        outcome.Kind.Should().Be(kind);
        outcome.WasNeverProcessed.Should().Be(neverProcessed);
    }

    [Theory]
    [InlineData(true, OutcomeKind.Throttled, true)]
    [InlineData(false, OutcomeKind.Forbidden, false)]
    public void Of_a_response_goes_by_advice_that_a_limit_was_hit(bool isThrottled, OutcomeKind kind, bool neverProcessed)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Forbidden);
        var advice = new ServerAdvice { IsThrottled = isThrottled };

        var outcome = Outcome.FromResponse(response, advice);

        (outcome.Response, outcome.Exception, outcome.Advice, outcome.Kind, outcome.WasNeverProcessed, outcome.IsSuccess).Should().Be((response, null, advice, kind, neverProcessed, false));
    }

    [Fact]
    public void Of_an_exception_has_it_and_no_response()
    {
        var failure = new IOException();

        var outcome = Outcome.FromException(failure);

        (outcome.Response, outcome.Exception, outcome.Advice, outcome.IsSuccess).Should().Be((null, failure, null, false));
    }

    [Fact]
    public void Of_nothing_there_is_none()
    {
        FluentActions.Invoking(() => Outcome.FromResponse(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Outcome.FromException(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Is_a_cancellation_once_the_caller_gave_up_whatever_was_thrown()
        => Outcome.FromException(new IOException(), isCancelled: true).Kind.Should().Be(OutcomeKind.Cancelled);
}
