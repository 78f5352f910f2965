namespace Resilience.Http;

/// <summary>
/// A call that failed without an answer: it was held back by an open circuit, by the client's own limit or for want of an access token, the
/// answer did not come in time, or the server was not reached.
/// </summary>
/// <param name="Exception">What was thrown.</param>
/// <param name="Kind">What the call came to.</param>
internal readonly record struct Unanswered(Exception Exception, OutcomeKind Kind)
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

    private ResilienceException? Ours => Exception as ResilienceException;

    /// <summary>Without a status, because there was none.</summary>
    public Problem ToProblem() => new()
    {
        Detail = Ours?.Detail ?? LogText.Message(Exception, MaxDetail),
        Kind = Kind,
        RetryAfter = Ours?.RetryAfter,
    };

    /// <summary>What a gateway would have answered. Its body is rendered once for all requests that were rejected for the same cause.</summary>
    public HttpResponseMessage ToResponse(HttpRequestMessage request)
    {
        var body = Ours?.Cause is { } cause ? cause.Once(static failure => new ProblemBody(failure.ToProblem()), this) : new(ToProblem());
        var response = body.ToResponse(Ours?.RetryAfter);
        (response.RequestMessage, response.Version) = (request, request.Version);
        return response;
    }
}
