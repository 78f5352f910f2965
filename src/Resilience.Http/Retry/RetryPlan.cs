namespace Resilience.Http;

/// <summary>Decides, after each attempt of one call, whether there shall be another and how long to wait before it.</summary>
internal sealed class RetryPlan(
    HttpRequestMessage request, RetryOptions options, RetryBudget budget, RequestSnapshot snapshot, string? keyHeader, long? deadline, Chance chance, TimeProvider time)
{
    private const int MaxDoublings = 20;

    // The client's own timer was set a little before the call came here.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(50);

    /// <summary>The wait before the attempt that was decided on last.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>What that attempt took from the budget.</summary>
    public int Paid { get; private set; }

    /// <returns>Null if there shall be another attempt, after the delay; it is paid for then.</returns>
    public RetryStopReason? Decide(in Outcome outcome, int attempts, long now)
    {
        if (outcome.IsSuccess)
            return RetryStopReason.Final;
        if (outcome.Kind is OutcomeKind.Cancelled)
            return IsOver(now) ? RetryStopReason.DeadlinePassed : RetryStopReason.Cancelled;
        if (outcome.Kind is OutcomeKind.CircuitOpen or OutcomeKind.RejectedByLimiter)
            return RetryStopReason.Rejected;

        var repeatable = Judge(outcome);
        var isKeyed = keyHeader is not null && snapshot.HasHeader(keyHeader);
        if (repeatable is Repeatable.Never || (repeatable is Repeatable.IfKeyed && !isKeyed))
            return RetryStopReason.Final;
        if (repeatable is Repeatable.IfSafe && !isKeyed && !IsRepeatable())
            return RetryStopReason.NotRepeatable;
        if (attempts > options.MaxRetries)
            return RetryStopReason.AttemptsUsedUp;
        if (outcome.Advice is { IsReplayed: true })
            return RetryStopReason.FailureReplayed;
        if (outcome.Advice is { ShouldRetry: false })
            return RetryStopReason.ServerSaidNo;
        return CanSendBodyAgain(outcome) ? Schedule(outcome, attempts, now) : RetryStopReason.BodyNotReplayable;
    }

    // Where a redirect led, nothing was processed; but the server that redirected has acted.
    private Repeatable Judge(in Outcome outcome) => RetryRules.Judge(outcome, options) switch
    {
        Repeatable.Always when snapshot.WasReplaced(request) => Repeatable.IfSafe,
        var repeatable => repeatable,
    };

    private RetryStopReason? Schedule(in Outcome outcome, int attempts, long now)
    {
        var backoff = new Backoff(options.BaseDelay, options.MaxDelay, options.Jitter, chance);
        var advised = outcome.Advice?.Delay;
        // Bounded first, so that the doubled wait of a reader's making cannot overflow.
        if (outcome.Advice is { IsMinimum: true } && advised <= options.MaxAdvisedDelay)
            advised *= 1 << Math.Min(attempts - 1, MaxDoublings);
        if (advised > options.MaxAdvisedDelay)
            return RetryStopReason.AdviceTooLong;

        Delay = advised > TimeSpan.Zero ? backoff.FromAdvice(advised.Value) : backoff.Delay(attempts, Delay);
        if (deadline is { } end && time.GetElapsedTime(now, end) <= Delay)
            return RetryStopReason.DeadlineTooClose;
        if (!budget.TryTake(outcome.Kind))
            return RetryStopReason.BudgetEmpty;

        Paid = RetryBudget.CostAfter(outcome.Kind);
        return null;
    }

    private bool IsOver(long now)
        => deadline is { } end && time.GetElapsedTime(now, end) <= (end == RequestSettings.Of(request)?.Deadline ? TimeSpan.Zero : HeadStart);

    private bool IsRepeatable() => RetryRules.IsIdempotent(snapshot.Method) || RequestSettings.Of(request) is { IsRepeatable: true };

    // Before a connection there was nobody to read the body.
    private bool CanSendBodyAgain(in Outcome outcome)
        => RequestBody.CanSendAgain(request, snapshot.Content) || (outcome.WasNeverProcessed && outcome.Exception is not null && !snapshot.WasReplaced(request));
}
