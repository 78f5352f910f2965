using System.Security.Authentication;

namespace Resilience.Http;

/// <summary>What is worth another attempt, and when that is safe (RFC 9110 §9.2.2).</summary>
internal static class RetryRules
{
    public static Repeatable Judge(in Outcome outcome, RetryOptions options) => options.ShouldRetry switch
    {
        null => outcome.Exception is { } exception ? Judge(exception, outcome) : Judge(outcome.Response!, outcome.Advice),
        var shouldRetry when !shouldRetry(outcome) => Repeatable.Never,
        _ => outcome.WasNeverProcessed ? Repeatable.Always : Repeatable.IfSafe,
    };

    /// <summary>Whether repeating the request has the effect of sending it once, by its method: RFC 9110 §9.2.2, and QUERY of RFC 10008.</summary>
    public static bool IsIdempotent(HttpMethod method)
        => method == HttpMethod.Get || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Head
        || method == HttpMethod.Options || method == HttpMethod.Trace || method == HttpMethod.Query;

    private static Repeatable Judge(HttpResponseMessage response, ServerAdvice? advice) => (int)response.StatusCode switch
    {
        _ when advice is { IsThrottled: true } => Repeatable.Always,
        425 or 429 => Repeatable.Always,
        413 when advice is { RetryAfter: not null } => Repeatable.Always,
        // The server knows better than its status does what another attempt would mend, but not whether it is safe.
        _ when advice is { ShouldRetry: true } => Repeatable.IfSafe,
        408 => Repeatable.IfSafe,
        409 => Repeatable.IfKeyed,
        501 or (>= 505 and <= 508) or 510 or 511 => Repeatable.Never,
        >= 500 or < 100 => Repeatable.IfSafe,
        _ => Repeatable.Never,
    };

    private static Repeatable Judge(Exception exception, in Outcome outcome) => exception switch
    {
        _ when outcome.Kind is OutcomeKind.CircuitOpen or OutcomeKind.RejectedByLimiter or OutcomeKind.Cancelled => Repeatable.Never,
        // The certificate will be no better next time.
        { InnerException: AuthenticationException } => Repeatable.Never,
        _ when outcome.WasNeverProcessed => Repeatable.Always,
        AttemptTimeoutException or OperationCanceledException => Repeatable.IfSafe,
        ResilienceException => Repeatable.Never,
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError } => Repeatable.IfSafe,
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } => Repeatable.Never,
        _ => outcome.Kind is OutcomeKind.ConnectionFailed ? Repeatable.IfSafe : Repeatable.Never,
    };
}
