using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Resilience.Http;

/// <summary>What an attempt came to: a response or an exception, and its kind.</summary>
public readonly record struct Outcome
{
    private Outcome(HttpResponseMessage? response, Exception? exception, OutcomeKind kind, ServerAdvice? advice)
        => (Response, Exception, Kind, Advice) = (response, exception, kind, advice);

    /// <summary>The response; null if the attempt ended in an exception.</summary>
    public HttpResponseMessage? Response { get; }

    /// <summary>The exception; null if there is a response.</summary>
    public Exception? Exception { get; }

    /// <summary>The kind, in the one taxonomy that retries, circuits, problems, metrics and logs share.</summary>
    public OutcomeKind Kind { get; }

    /// <summary>
    /// Whether it is proven that the server did not act on the request, so that repeating it is safe whatever its method:
    /// no connection came about, the server refused it unseen (429, 425), or it never left this process.
    /// </summary>
    public bool WasNeverProcessed => this switch
    {
        { Kind: OutcomeKind.Cancelled } => false,
        { Response: { } response } => Advice is { IsThrottled: true } || (int)response.StatusCode is 425 or 429,
        _ => NeverLeft(Exception),
    };

    /// <summary>What the server said about its limits and about trying again; null if it said nothing of that kind.</summary>
    public ServerAdvice? Advice { get; }

    /// <summary>Whether the server answered with a status below 400, and did what was asked.</summary>
    public bool IsSuccess => Kind is OutcomeKind.Success;

    /// <summary>A low-cardinality name for metrics and logs: the status code, or the kind.</summary>
    internal string Label => Response is { } response ? StatusLabels.Of(response.StatusCode) : Kind.ToString();

    internal static Outcome Of(HttpResponseMessage response, ServerAdvice? advice = null)
        => new(response, null, advice is { IsThrottled: true } ? OutcomeKind.Throttled : KindOf((int)response.StatusCode), advice);

    /// <summary>The response, if an attempt has ended in one.</summary>
    internal static HttpResponseMessage? ResponseIn(Task<HttpResponseMessage> sent) => sent.IsCompletedSuccessfully ? sent.Result : null;

    /// <summary>The exception of this library's that a request ended in before anything was awaited.</summary>
    internal static ResilienceException? RefusalIn(Task<HttpResponseMessage> sent) => (sent.AsyncState ?? sent.Exception?.InnerException) as ResilienceException;

    /// <summary>Why an attempt failed, without throwing where that can be helped.</summary>
    internal static Exception FailureOf(Task failed)
    {
        if (failed.AsyncState is ResilienceException refusal)
            return refusal;
        if (failed.Exception is { InnerException: { } failure })
            return failure;
        if (failed.IsCompletedSuccessfully)
            return new InvalidOperationException("A handler further in returned no response.");

        try
        {
            failed.GetAwaiter().GetResult();
            throw new UnreachableException();
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
    }

    /// <summary>The response; or else the exception, thrown on as it came.</summary>
    internal HttpResponseMessage GetResponse()
    {
        if (Exception is not null)
            ExceptionDispatchInfo.Throw(Exception);
        return Response!;
    }

    /// <param name="exception">What was thrown.</param>
    /// <param name="caller">The token of whoever called the handler: once it is cancelled, whatever was thrown is a cancellation.</param>
    internal static Outcome Of(Exception exception, CancellationToken caller)
        => new(null, exception, caller.IsCancellationRequested ? OutcomeKind.Cancelled : KindOf(exception), null);

    private static OutcomeKind KindOf(Exception exception) => exception switch
    {
        ResilienceException ours => ours.Kind,
        OperationCanceledException => OutcomeKind.Timeout,
        HttpRequestException { StatusCode: { } status } => KindOf((int)status),
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } => OutcomeKind.ConnectionFailed,
        IOException or HttpRequestException { InnerException: IOException or SocketException } => OutcomeKind.ConnectionFailed,
        // A fault of the request itself or of a handler further in: nothing that the network did.
        _ => OutcomeKind.ClientError,
    };

    private static OutcomeKind KindOf(int status) => status switch
    {
        >= 100 and < 400 => OutcomeKind.Success,
        401 => OutcomeKind.Unauthorized,
        403 => OutcomeKind.Forbidden,
        404 or 410 => OutcomeKind.NotFound,
        408 or 504 => OutcomeKind.Timeout,
        409 or 412 or 428 => OutcomeKind.Conflict,
        400 or 411 or 413 or 414 or 415 or 422 or 431 => OutcomeKind.InvalidRequest,
        429 => OutcomeKind.Throttled,
        503 or 529 => OutcomeKind.Unavailable,
        >= 400 and < 500 => OutcomeKind.ClientError,
        _ => OutcomeKind.ServerError,
    };

    private static bool NeverLeft(Exception? exception) => exception switch
    {
        ResilienceException ours => ours.Kind is OutcomeKind.CircuitOpen or OutcomeKind.RejectedByLimiter,
        // SocketsHttpHandler.ConnectTimeout: the message, or its key where a program has no messages, is all that tells it from other timeouts further in.
        OperationCanceledException { InnerException: TimeoutException { Message: var message } } => message is "net_http_connect_timedout" || message.Contains(nameof(SocketsHttpHandler.ConnectTimeout), StringComparison.Ordinal),
        HttpRequestException { StatusCode: null, HttpRequestError: var error } => NeverConnected(error),
        _ => false,
    };

    private static bool NeverConnected(HttpRequestError error) => error
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
        or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError;
}
