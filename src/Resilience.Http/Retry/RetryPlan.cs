namespace Resilience.Http;

/// <summary>Decides, after each attempt of one call, whether there shall be another and how long to wait before it.</summary>
internal sealed class RetryPlan(Attempt attempt, RetryOptions options, RetryBudgets budgets, string? keyHeader, ClientContext client)
{
    private const int MaxDoublings = 20;

    private readonly HttpRequestMessage _request = attempt.Request;
    private readonly RequestSnapshot _snapshot = attempt.Snapshot;
    private readonly Deadline _deadline = attempt.Deadline;
    private RetryBudget? _paidFrom;
    private int _paid;

    /// <summary>The wait before the attempt that was decided on last.</summary>
    public TimeSpan Delay { get; private set; }

    /// <returns>Null if there shall be another attempt, after the delay; it is paid for then.</returns>
    public RetryStopReason? Decide(in AttemptResult result)
    {
        var outcome = result.Outcome;
        if (outcome.IsSuccess)
            return RetryStopReason.Final;
        if (outcome.Exception is not null && _deadline.IsOver(result.EndedAt))
            return RetryStopReason.DeadlinePassed;
        if (outcome.Kind is OutcomeKind.Cancelled)
            return RetryStopReason.Cancelled;
        if (outcome.Kind.IsRejection)
            return RetryStopReason.Rejected;

        var repeatable = Judge(result);
        if (repeatable is Repeatable.Never || (repeatable is Repeatable.IfKeyed && !RetryRules.IsKeyed(_snapshot, keyHeader)))
            return RetryStopReason.Final;
        if (repeatable is Repeatable.IfSafe && !RetryRules.IsSafe(_request, _snapshot, keyHeader))
            return RetryStopReason.NotRepeatable;
        if (result.Attempt > Math.Min(options.MaxRetries, int.MaxValue - 1))
            return RetryStopReason.AttemptsUsedUp;
        if (outcome.Advice is { IsReplayed: true })
            return RetryStopReason.FailureReplayed;
        if (outcome.Advice is { ShouldRetry: false })
            return RetryStopReason.ServerSaidNo;
        return attempt.CanSendBodyAgain ? Schedule(result) : RetryStopReason.BodyNotReplayable;
    }

    /// <summary>Gives back what the last retry took; without one, deposits.</summary>
    public void OnSuccess() => (_paidFrom ?? budgets.Of(attempt)).OnSuccess(_paid);

    // Where a redirect led, nothing was processed; but the server that redirected has acted.
    private Repeatable Judge(in AttemptResult result) => RetryRules.Judge(result, options) switch
    {
        Repeatable.Always when _snapshot.WasReplaced(_request) => Repeatable.IfSafe,
        var repeatable => repeatable,
    };

    private RetryStopReason? Schedule(in AttemptResult result)
    {
        var backoff = new Backoff(options.BaseDelay, options.MaxDelay, options.Jitter, client.NextDouble);
        var advised = result.Outcome.Advice?.Delay;
        // Bounded first, so that the doubled wait of a reader's making cannot overflow.
        if (result.Outcome.Advice is { IsMinimum: true } && advised <= options.MaxAdvisedDelay)
            advised *= 1 << Math.Min(result.Attempt - 1, MaxDoublings);
        if (advised > options.MaxAdvisedDelay)
            return RetryStopReason.AdviceTooLong;

        Delay = advised > TimeSpan.Zero ? backoff.FromAdvice(advised.Value) : backoff.Delay(result.Attempt, Delay);
        if (_deadline.Left(result.EndedAt) <= Delay)
            return RetryStopReason.DeadlineTooClose;
        var budget = budgets.Of(attempt);
        if (!budget.TryTake(result.Outcome.Kind))
            return RetryStopReason.BudgetEmpty;

        (_paid, _paidFrom) = (RetryBudget.CostAfter(result.Outcome.Kind), budget);
        return null;
    }
}
