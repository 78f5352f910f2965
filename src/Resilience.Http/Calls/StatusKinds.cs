using System.Net;

namespace Resilience.Http;

/// <summary>What a status says, whether it came in a response or in an exception.</summary>
internal static class StatusKinds
{
    public static OutcomeKind Of(HttpStatusCode status) => (int)status switch
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

    /// <summary>Whether the status means that the server did not act on the request (RFC 6585 §4, RFC 8470 §5.2, RFC 9110 §15.5.18 and §15.5.20).</summary>
    public static bool WasNeverProcessed(HttpStatusCode status) => (int)status is 417 or 421 or 425 or 429;
}
