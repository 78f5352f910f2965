using System.Net;

namespace Resilience.Http;

/// <summary>
/// A call that failed without an answer: the circuit was open, the client's own limit refused it, the answer did not come in time, or the
/// server was not reached.
/// </summary>
/// <param name="Exception">What was thrown.</param>
/// <param name="Kind">What the call came to.</param>
/// <param name="Status">What a gateway would have answered (RFC 9110 §15.6). Unreachable is 502: 503 would claim that the server spoke.</param>
internal sealed record Unanswered(Exception Exception, OutcomeKind Kind, HttpStatusCode Status)
{
    /// <summary>Null if the caller gave up, or the fault is with the request: those are nobody's problem but the caller's.</summary>
    public static Unanswered? Of(Exception exception, CancellationToken caller) => Outcome.Of(exception, caller).Kind switch
    {
        OutcomeKind.CircuitOpen => new(exception, OutcomeKind.CircuitOpen, HttpStatusCode.ServiceUnavailable),
        OutcomeKind.RateLimited => new(exception, OutcomeKind.RateLimited, HttpStatusCode.TooManyRequests),
        OutcomeKind.Timeout => new(exception, OutcomeKind.Timeout, HttpStatusCode.GatewayTimeout),
        OutcomeKind.ConnectionFailed => new(exception, OutcomeKind.ConnectionFailed, HttpStatusCode.BadGateway),
        _ => null,
    };

    /// <summary>Without a status, because there was none.</summary>
    public Problem ToProblem() => ToProblem(status: null, title: null);

    public HttpResponseMessage ToResponse(HttpRequestMessage request)
        => new UnansweredResponse(request, Status, ToProblem(Status, ReasonPhrases.Of(Status)));

    private Problem ToProblem(HttpStatusCode? status, string? title) => new()
    {
        Title = title,
        Detail = Exception.Message,
        Status = status,
        Kind = Kind,
        RetryAfter = (Exception as ResilienceException)?.RetryAfter,
    };
}
