using System.Net;

namespace Resilience.Http;

/// <summary>What an outcome says about the upstream.</summary>
internal static class CircuitRules
{
    public static CircuitVerdict Judge(in AttemptResult result, TimeSpan took, CircuitBreakerOptions options)
    {
        if (result.HasWaitedElsewhere || SaysNothing(result.Result) || options.IsIgnored?.Invoke(result) is true)
            return CircuitVerdict.Neutral;

        var failed = took > options.SlowCallDuration || (options.IsFailure?.Invoke(result) ?? IsFailure(result.Result));
        return failed ? CircuitVerdict.Failure : CircuitVerdict.Success;
    }

    /// <summary>What an outcome at another authority says about the one that redirected there: it has answered. What became of that is not its doing.</summary>
    public static CircuitVerdict JudgeRedirect(in AttemptResult result)
        => result.HasWaitedElsewhere || SaysNothing(result.Result) ? CircuitVerdict.Neutral : CircuitVerdict.Success;

    // The caller left, the request was held back further in, or it was at fault itself, or another server was: the upstream had no say.
    private static bool SaysNothing(in Outcome outcome)
        => outcome.Exception is { } exception && (!IsFailure(outcome) || outcome.IsOfAnotherClient || (!outcome.HadAnswer && Failure.SaysNothingOfServer(exception)));

    private static bool IsFailure(in Outcome outcome) => outcome.Kind switch
    {
        // What it cannot do at all it will not do any better after a break.
        OutcomeKind.ServerError => outcome.Status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported),
        OutcomeKind.Throttled or OutcomeKind.Unavailable or OutcomeKind.Timeout or OutcomeKind.ConnectionFailed => true,
        _ => false,
    };
}
