namespace Resilience.Http;

/// <summary>What an attempt came to: one taxonomy for retries, circuits, problems, metrics and logs.</summary>
public enum OutcomeKind
{
    /// <summary>A status below 400.</summary>
    Success,

    /// <summary>A 4xx status that has no kind of its own, or a request that could not be sent through a fault of its own.</summary>
    ClientError,

    /// <summary>401: credentials are missing or no longer accepted.</summary>
    Unauthorized,

    /// <summary>403: the credentials do not suffice.</summary>
    Forbidden,

    /// <summary>404 or 410.</summary>
    NotFound,

    /// <summary>409, 412 or 428: the request and the state of the resource do not fit.</summary>
    Conflict,

    /// <summary>400, 411, 413, 414, 415, 422 or 431: the request itself must change.</summary>
    InvalidRequest,

    /// <summary>429, or another status by which a provider means it: the server asks for fewer requests.</summary>
    Throttled,

    /// <summary>A 5xx status that has no kind of its own, or a status outside 100 to 599.</summary>
    UpstreamError,

    /// <summary>503 or 529: overloaded or under maintenance for the time being.</summary>
    Unavailable,

    /// <summary>408 or 504, an attempt that was cut by its timeout, or a connection that could not be opened in time.</summary>
    Timeout,

    /// <summary>No usable response: the connection could not be opened, was reset, or broke before the end of the body.</summary>
    ConnectionFailed,

    /// <summary>Not sent: the circuit is open or isolated.</summary>
    CircuitOpen,

    /// <summary>Not sent: the client's own limit refused it.</summary>
    RateLimited,

    /// <summary>Given up by the caller, or by the timeout around the whole call.</summary>
    Cancelled,
}
