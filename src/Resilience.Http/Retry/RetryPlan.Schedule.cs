namespace Resilience.Http;

// When the next attempt is made, and what it costs.
internal sealed partial class RetryPlan
{
    private const int MaxDoublings = 20;

    /// <summary>Whether another attempt can be made, and when.</summary>
    /// <param name="result">The attempt.</param>
    /// <param name="now">A timestamp.</param>
    /// <returns>Null if there shall be one, after the delay; it is paid for then.</returns>
    public RetryStopReason? Schedule(in AttemptResult result, long now)
    {
        if (!attempt.CanBeSentAgain)
            return RetryStopReason.BodyNotReplayable;
        if (_goesAtOnce)
            return SendAtOnce();

        // What this server wants says nothing about another.
        if (attempt.HasAlternative)
        {
            Delay = TimeSpan.Zero;
            return Pay(result, now);
        }

        var backoff = new Backoff(options.BaseDelay, options.MaxDelay, options.Jitter, client.NextDouble);
        var advised = result.Outcome.Advice?.Delay;
        // Bounded first, so that the doubled wait of a reader's making cannot overflow.
        if (result.Outcome.Advice is { IsMinimum: true } && advised <= options.MaxAdvisedDelay)
            advised *= 1 << Math.Min(result.Attempt - 1, MaxDoublings);
        if (advised > options.MaxAdvisedDelay)
            return RetryStopReason.AdviceTooLong;

        Delay = advised > TimeSpan.Zero ? backoff.FromAdvice(advised.Value) : backoff.Delay(result.Attempt, Delay);
        return Pay(result, now);
    }

    // No sign of load, so neither a wait nor the budget would help anybody.
    private RetryStopReason? SendAtOnce()
    {
        Delay = TimeSpan.Zero;
        return null;
    }

    private RetryStopReason? Pay(in AttemptResult result, long now)
    {
        if (_deadline.Left(now) <= Delay)
            return RetryStopReason.DeadlineTooClose;
        var budget = budgets.PurseOf(attempt);
        if (!budget.TryTake(result.Outcome.Kind))
            return RetryStopReason.BudgetEmpty;

        (_paid, _paidFrom) = (RetryBudget.CostAfter(result.Outcome.Kind), budget);
        return null;
    }
}
