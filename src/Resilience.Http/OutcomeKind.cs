namespace Resilience.Http;

/// <summary>
/// What an attempt came to: one taxonomy for retries, circuits, problems, metrics and logs. An exception that carries a status, as of
/// <see cref="HttpResponseMessage.EnsureSuccessStatusCode"/> in an inner handler, is of the status's kind; with a status below 400, which an inner handler did
/// not take for a success, it is a <see cref="ClientError"/>. Of a <see cref="Problem"/> the
/// provider's code may say another kind than the status does.
/// </summary>
public enum OutcomeKind
{
    /// <summary>The server accepted the request: a status from 100 to 399, unless a provider's body says that a limit was reached.</summary>
    Success,

    /// <summary>
    /// The fault is the client's, and no other kind says which: a 4xx status not listed here, or an exception that nothing on the network
    /// caused, such as an address that cannot be sent to or an inner handler that fails.
    /// </summary>
    ClientError,

    /// <summary>The credentials were not accepted: 401; or no access token could be obtained (<see cref="AccessTokenException"/>).</summary>
    Unauthorized,

    /// <summary>The credentials do not allow it: 403, unless a provider means a limit by it.</summary>
    Forbidden,

    /// <summary>There is nothing at this address, or no longer: 404 or 410.</summary>
    NotFound,

    /// <summary>The request does not fit the present state of the resource, though it may later: 409, 412 or 428.</summary>
    Conflict,

    /// <summary>
    /// The request itself is wrong, and sending it again will not help: 400, 411, 413, 414, 415, 422 or 431; or it was not sent because its idempotency key is
    /// malformed (<see cref="InvalidIdempotencyKeyException"/>).
    /// </summary>
    InvalidRequest,

    /// <summary>A limit of the server was reached, and the request was not processed: 429, or another status that means so for a known provider.</summary>
    Throttled,

    /// <summary>The server failed, and no other kind says how: a 5xx status not listed here, or a status that is none, outside 100 to 599.</summary>
    ServerError,

    /// <summary>The server is temporarily unable to answer, as under load or maintenance: 503 or 529.</summary>
    Unavailable,

    /// <summary>
    /// No answer came in time: 408 or 504, an attempt or a call that was cut short (<see cref="AttemptTimeoutException"/>,
    /// <see cref="TotalTimeoutException"/>), or an <see cref="OperationCanceledException"/> that is not the caller's doing, as when a
    /// connection does not open in time.
    /// </summary>
    Timeout,

    /// <summary>
    /// No complete answer arrived: the name did not resolve, the connection or its TLS failed, it was reset or broke before the end of the
    /// body, or the answer was not HTTP. An <see cref="HttpRequestException"/> with an
    /// <see cref="HttpRequestError"/> or an <see cref="IOException"/> or socket error within, or an <see cref="IOException"/>.
    /// </summary>
    ConnectionFailed,

    /// <summary>Not sent: the circuit is open or isolated (<see cref="CircuitOpenException"/>).</summary>
    CircuitOpen,

    /// <summary>Not sent: the client's own limit rejected it (<see cref="RateLimitedException"/>).</summary>
    RejectedByLimiter,

    /// <summary>Not made now: a policy has kept the call, to make it later.</summary>
    Deferred,

    /// <summary>
    /// Nobody waits for it any more: the caller cancelled, or the timeout of <see cref="HttpClient"/> ended the call.
    /// </summary>
    Cancelled,
}
