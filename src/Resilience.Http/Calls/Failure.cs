using System.Collections.ObjectModel;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace Resilience.Http;

/// <summary>What is known from an exception alone. Another transport, a stub or a foreign handler says less than SocketsHttpHandler does.</summary>
internal static class Failure
{
    // A stream that was refused, or above the last one of a GOAWAY, proves that the server ignored the request (RFC 9113 §6.8 and §8.7, RFC 9114 §4.1.1). The error code does not: a
    // connection may end with the same one while the request is on its way. Only this internal property tells them apart. Where a runtime does not have it, nothing is proven.
    private static readonly PropertyInfo? AllowRetry = typeof(HttpRequestException).GetProperty("AllowRetry", BindingFlags.Instance | BindingFlags.NonPublic);

    public static OutcomeKind KindOf(Exception failure) => failure switch
    {
        // First, as rejecting must stay cheap.
        ResilienceException ours => ours.Kind,
        // Of a foreign handler that blocks, on one task or on several.
        AggregateException { InnerExceptions: { Count: > 0 } all } => KindOf(all),
        OperationCanceledException or TimeoutException => OutcomeKind.Timeout,
        // Since .NET 9 it carries a status, which is the proxy's.
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => OutcomeKind.ConnectionFailed,
        // Nothing came of it, though the server was content: to an inner handler a redirect, or a body that it cannot read, is a failure.
        HttpRequestException { StatusCode: { } status } => StatusKinds.Of(status) is not OutcomeKind.Success and var kind ? kind : OutcomeKind.ClientError,
        // A request that cannot be sent, or not a second time: HttpContent that was read already or disposed, an unknown scheme.
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: InvalidOperationException or NotSupportedException or ArgumentException } => OutcomeKind.ClientError,
        // What a handler looks for on this machine, a certificate for example. No network throws them.
        FileNotFoundException or DirectoryNotFoundException => OutcomeKind.ClientError,
        HttpRequestException or IOException or InvalidDataException or SocketException or AuthenticationException or WebException => OutcomeKind.ConnectionFailed,
        _ => OutcomeKind.ClientError,
    };

    /// <summary>Whether the exception proves that the server did not act on the request.</summary>
    public static bool WasNeverProcessed(Exception failure) => failure switch
    {
        ResilienceException ours => ours.Kind.IsRejection,
        AggregateException { InnerExceptions: { Count: > 0 } all } => all.All(WasNeverProcessed),
        RefusedBodyException => false,
        OperationCanceledException { InnerException: TimeoutException cause } => IsConnectTimeout(cause),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => true,
        HttpRequestException { StatusCode: { } status } => StatusKinds.WasNeverProcessed(status),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError } => true,
        _ => WasRefused(failure) || IsUnestablished(failure),
    };

    /// <summary>Whether the server said that it had not looked at the request, or a proxy that there was no server: neither is a failure of the server.</summary>
    public static bool SaysNothingOfServer(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: { Count: > 0 } all } => all.All(SaysNothingOfServer),
        RefusedBodyException => true,
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => true,
        _ => WasRefused(failure),
    };

    /// <summary>Whether the next attempt would fail in the same way.</summary>
    public static bool IsLasting(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: { Count: > 0 } all } => all.All(IsLasting),
        // The certificate will be no better next time, nor what most alerts complain of. What is no TLS at all comes from a server or balancer that is not up yet.
        AuthenticationException cause => !IsNoTls(cause) && !IsPassingAlert(cause),
        { InnerException: AuthenticationException cause } => !IsNoTls(cause) && !IsPassingAlert(cause),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } proxys } => proxys is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError),
        HttpRequestException { HttpRequestError: var error } => error is HttpRequestError.UserAuthenticationError or HttpRequestError.ConfigurationLimitExceeded
            or HttpRequestError.VersionNegotiationError or HttpRequestError.ExtendedConnectNotSupported,
        _ => false,
    };

    /// <summary>
    /// Whether the request itself could not be sent: SocketsHttpHandler throws this of a header that is not ASCII, of headers that are longer than the server takes
    /// (RFC 9113 §6.5.2), and of a body that is not as long as its header says, without a word of its own for it.
    /// </summary>
    public static bool IsOfRequest(Exception failure, HttpRequestMessage request)
        => failure is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, StatusCode: null, InnerException: null } and not ResilienceException
        && (IsOfLongHeaders(failure) || HasOtherThanAscii(request.Headers) || (request.Content is { } content && (HasOtherThanAscii(content.Headers) || BodyKinds.HasWrongLength(content))));

    private static OutcomeKind KindOf(ReadOnlyCollection<Exception> all)
        => KindOf(all[0]) is var kind && all.All(failure => KindOf(failure) == kind) ? kind : OutcomeKind.ClientError;

    // The message, or its key where a program has no messages.
    private static bool IsOfLongHeaders(Exception failure)
        => failure.Message.StartsWith("net_http_request_headers_exceeded_length", StringComparison.Ordinal)
        || failure.Message.Contains("request headers length exceeded the server limit", StringComparison.Ordinal);

    private static bool HasOtherThanAscii(HttpHeaders headers) => headers.NonValidated.Any(static header => header.Value.Any(static value => !Ascii.IsValid(value)));

    // A foreign handler may have put another around it.
    private static bool WasRefused(Exception? failure) => failure switch
    {
        null or RefusedBodyException => false,
        HttpRequestException when HasProtocolError(failure) && AllowRetry?.GetValue(failure)?.ToString() is "RetryOnConnectionFailure" => true,
        _ => WasRefused(failure.InnerException),
    };

    private static bool HasProtocolError(Exception? failure)
    {
        while (failure is not (null or HttpProtocolException))
            failure = failure.InnerException;
        return failure is not null;
    }

    // Of a new connection that ended before HTTP/2 could be spoken on it, or that takes no stream at all; the message, or its key, is all that tells.
    // As an HttpIOException it is also what becomes of requests that were on their way.
    private static bool IsUnestablished(Exception failure)
        => failure is HttpRequestException { HttpRequestError: HttpRequestError.Unknown } && (failure.InnerException is IOException and not HttpIOException ? failure.InnerException : failure) is { Message: var message }
        && (message is "net_http_http2_connection_not_established" || message.StartsWith("An HTTP/2 connection could not be established", StringComparison.Ordinal));

    // The message, or its key, is all that tells it from a certificate that is not valid.
    private static bool IsNoTls(AuthenticationException cause)
        => cause.Message is "net_frame_read_size" || cause.Message.StartsWith("Cannot determine the frame size", StringComparison.Ordinal);

    // Of the server's alerts, those that have nothing to do with what it was sent: close_notify, internal_error, user_canceled (RFC 8446 §6). Where
    // OpenSSL speaks, its error is the HResult: its library in front (20, SSL), 1000 and the alert at the end. Elsewhere none is known to pass.
    private static bool IsPassingAlert(AuthenticationException cause)
        => cause.GetBaseException() is CryptographicException { HResult: var error } && error >>> 23 is 20 && (error & 0x7FFFFF) is 1000 or 1080 or 1090;

    // The message, or its key where a program has no messages, is all that distinguishes it from other inner timeouts.
    private static bool IsConnectTimeout(TimeoutException cause)
        => cause.Message is "net_http_connect_timedout" || cause.Message.Contains(nameof(SocketsHttpHandler.ConnectTimeout), StringComparison.Ordinal);
}
