using System.Net;

namespace Resilience.Http;

/// <summary>What is worth another attempt, and when that is safe (RFC 9110 §9.2.2).</summary>
internal static class RetryRules
{
    /// <param name="result">The attempt.</param>
    /// <param name="couldHelp">What the client's own rule says of another attempt; null if it leaves that to the rules here.</param>
    /// <returns>Which requests may be repeated after it.</returns>
    public static Repeatable Judge(in AttemptResult result, bool? couldHelp) => couldHelp switch
    {
        null => result.Outcome.Exception is { } exception ? Judge(exception, result.Outcome) : Judge(result.Outcome.Response!.StatusCode, result.Outcome.Advice),
        false => Repeatable.Never,
        true => result.Outcome.WasNeverProcessed ? Repeatable.Always : Repeatable.IfSafe,
    };

    /// <summary>Whether repeating the request has the effect of sending it once, by its method: RFC 9110 §9.2.2, and QUERY of RFC 10008.</summary>
    public static bool IsIdempotent(HttpMethod method)
        => method == HttpMethod.Get || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Head
        || method == HttpMethod.Options || method == HttpMethod.Trace || method == HttpMethod.Query;

    /// <summary>Whether repeating the request has the effect of sending it once: by its method, by its key, or because it says so.</summary>
    public static bool IsSafe(HttpRequestMessage request, RequestSnapshot written, bool isKeyed)
        => IsIdempotent(written.Method) || isKeyed || written.IsRepeatable || RequestSettings.Of(request) is { IsRepeatable: true };

    private static Repeatable Judge(HttpStatusCode status, ServerAdvice? advice) => (int)status switch
    {
        _ when advice is { IsThrottled: true } => Repeatable.Always,
        // Where it means something else, its status says nothing.
        _ when advice is { Kind: { } kind } => kind is OutcomeKind.ServerError or OutcomeKind.Unavailable or OutcomeKind.Timeout ? Repeatable.IfSafe : Repeatable.Never,
        425 or 429 => Repeatable.Always,
        413 when advice is { RetryAfter: not null } => Repeatable.Always,
        // The server's advice says better than its status whether another attempt would help, but not whether it is safe.
        _ when advice is { ShouldRetry: true } => Repeatable.IfSafe,
        408 => Repeatable.IfSafe,
        409 => Repeatable.IfKeyed,
        501 or (>= 505 and <= 508) or 510 or 511 => Repeatable.Never,
        >= 500 or < 100 => Repeatable.IfSafe,
        _ => Repeatable.Never,
    };

    private static Repeatable AtMostIfSafe(Repeatable judged) => judged is Repeatable.Always ? Repeatable.IfSafe : judged;

    private static Repeatable Judge(Exception exception, Outcome outcome) => exception switch
    {
        _ when Failure.IsLasting(exception) => Repeatable.Never,
        AggregateException { InnerExceptions: { Count: > 0 } all } => all.Min(failure => Judge(failure, outcome)),
        HttpRequestException { StatusCode: { } status, HttpRequestError: not HttpRequestError.ProxyTunnelError } => outcome.HadAnswer ? AtMostIfSafe(Judge(status, outcome.Advice)) : Judge(status, outcome.Advice),
        _ when outcome.WasNeverProcessed => Repeatable.Always,
        _ when outcome.Kind is OutcomeKind.Timeout => Repeatable.IfSafe,
        ResilienceException => Repeatable.Never,
        _ => outcome.Kind is OutcomeKind.ConnectionFailed ? Repeatable.IfSafe : Repeatable.Never,
    };
}
