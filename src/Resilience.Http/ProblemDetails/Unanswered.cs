namespace Resilience.Http;

/// <summary>
/// A call that failed without an answer: it was held back by an open circuit, by the client's own limit or for want of an access token, the
/// answer did not come in time, or the server was not reached.
/// </summary>
/// <param name="Exception">What was thrown.</param>
/// <param name="Kind">What the call came to.</param>
internal sealed record Unanswered(Exception Exception, OutcomeKind Kind)
{
    private const int MaxDetail = 1000;

    /// <summary>Null if the caller gave up, or the fault is with the request: those are nobody's problem but the caller's.</summary>
    public static Unanswered? Of(Exception exception, HttpRequestMessage request, CancellationToken caller)
        => Outcome.FromException(exception, caller.IsCancellationRequested).Kind switch
        {
            OutcomeKind.Cancelled => null,
            _ when RequestSettings.Of(request)?.CallersFailure == exception => null,
            _ when exception is ResilienceException { WasRejected: true } held => new Unanswered(held, held.KindForCallers),
            (OutcomeKind.Timeout or OutcomeKind.ConnectionFailed) and var kind => new Unanswered(exception, kind),
            _ => null,
        };

    /// <summary>Without a status, because there was none.</summary>
    public Problem ToProblem() => new()
    {
        Detail = LogText.OneLine(Exception.Message, MaxDetail),
        Kind = Kind,
        RetryAfter = (Exception as ResilienceException)?.RetryAfter,
    };

    /// <summary>What a gateway would have answered.</summary>
    public HttpResponseMessage ToResponse(HttpRequestMessage request)
    {
        var response = ToProblem().ToResponse();
        (response.RequestMessage, response.Version) = (request, request.Version);
        return response;
    }
}
