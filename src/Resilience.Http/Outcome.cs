namespace Resilience.Http;

/// <summary>What an attempt came to: a response or an exception, and its kind.</summary>
public readonly record struct Outcome
{
    private Outcome(HttpResponseMessage? response, Exception? exception, OutcomeKind kind, bool neverProcessed)
        => (Response, Exception, Kind, WasNeverProcessed) = (response, exception, kind, neverProcessed);

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
    public bool WasNeverProcessed { get; }

    /// <summary>Whether the server answered with a status below 400.</summary>
    public bool IsSuccess => Kind is OutcomeKind.Success;

    /// <summary>A low-cardinality name for metrics and logs: the status code, or the kind.</summary>
    internal string Label => Response is { } response ? StatusLabels.Of(response.StatusCode) : Kind.ToString();

    internal static Outcome Of(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        >= 100 and < 400 => new(response, null, OutcomeKind.Success, false),
        401 => new(response, null, OutcomeKind.Unauthorized, false),
        403 => new(response, null, OutcomeKind.Forbidden, false),
        404 or 410 => new(response, null, OutcomeKind.NotFound, false),
        408 or 504 => new(response, null, OutcomeKind.Timeout, false),
        409 or 412 or 428 => new(response, null, OutcomeKind.Conflict, false),
        400 or 411 or 413 or 414 or 415 or 422 or 431 => new(response, null, OutcomeKind.InvalidRequest, false),
        425 => new(response, null, OutcomeKind.ClientError, true),
        429 => new(response, null, OutcomeKind.Throttled, true),
        503 or 529 => new(response, null, OutcomeKind.Unavailable, false),
        >= 400 and < 500 => new(response, null, OutcomeKind.ClientError, false),
        _ => new(response, null, OutcomeKind.UpstreamError, false),
    };

    /// <param name="exception">What was thrown.</param>
    /// <param name="caller">The token of whoever called the handler: once it is cancelled, whatever was thrown is a cancellation.</param>
    internal static Outcome Of(Exception exception, CancellationToken caller) => exception switch
    {
        _ when caller.IsCancellationRequested => new(null, exception, OutcomeKind.Cancelled, false),
        ResilienceException ours => new(null, exception, ours.Kind, ours.Kind is OutcomeKind.CircuitOpen or OutcomeKind.RateLimited),
        // SocketsHttpHandler.ConnectTimeout: nothing was sent.
        OperationCanceledException { InnerException: TimeoutException } => new(null, exception, OutcomeKind.Timeout, true),
        OperationCanceledException => new(null, exception, OutcomeKind.Timeout, false),
        HttpRequestException http => new(null, exception, OutcomeKind.ConnectionFailed, NeverConnected(http)),
        _ => new(null, exception, OutcomeKind.ConnectionFailed, false),
    };

    private static bool NeverConnected(HttpRequestException exception) => exception.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
        or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError;
}
