using System.Net;

namespace Resilience.Http;

/// <summary>The status that a gateway answers with when a call came to this (RFC 9110 §15.5, §15.6).</summary>
internal static class GatewayStatus
{
    public static HttpStatusCode Of(OutcomeKind kind) => kind switch
    {
        OutcomeKind.ClientError or OutcomeKind.InvalidRequest => HttpStatusCode.BadRequest,
        OutcomeKind.Unauthorized => HttpStatusCode.Unauthorized,
        OutcomeKind.Forbidden => HttpStatusCode.Forbidden,
        OutcomeKind.NotFound => HttpStatusCode.NotFound,
        OutcomeKind.Conflict => HttpStatusCode.Conflict,
        OutcomeKind.Throttled or OutcomeKind.RejectedByLimiter => HttpStatusCode.TooManyRequests,
        OutcomeKind.Unavailable or OutcomeKind.CircuitOpen => HttpStatusCode.ServiceUnavailable,
        OutcomeKind.Timeout or OutcomeKind.Cancelled => HttpStatusCode.GatewayTimeout,

        // 503 would claim that the server spoke.
        OutcomeKind.ServerError or OutcomeKind.ConnectionFailed => HttpStatusCode.BadGateway,
        _ => HttpStatusCode.InternalServerError,
    };
}
