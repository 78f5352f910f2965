namespace Resilience.Http;

/// <summary>Decides, after each attempt of one call, whether there shall be another and how long to wait before it.</summary>
internal sealed class RetryPlan(Attempt attempt, RetryOptions options, RetryBudgets budgets, KeyRules? keys, ClientContext client)
{
    private const int MaxDoublings = 20;
    private const int MaxRejectionsInARow = 10;

    private readonly HttpRequestMessage _request = attempt.Request;
    private readonly RequestSnapshot _snapshot = attempt.Snapshot;
    private readonly Deadline _deadline = attempt.Deadline;
    private readonly bool _isKeyed = keys?.Covers(attempt.Snapshot, attempt.Request) ?? false;
    private RetryPurse _paidFrom;
    private int _paid;
    private int _rejectionsInARow;

    /// <summary>The wait before the attempt that was decided on last.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>What the next attempt has otherwise than it was written; null if nothing.</summary>
    public RequestCorrections? Corrections { get; private set; }

    /// <summary>The attempts that were rejected before they were sent, and followed by another.</summary>
    public int Rejections { get; private set; }

    /// <summary>Whether an attempt before the last may have been processed.</summary>
    public bool MayHaveBeenProcessed { get; private set; }

    /// <summary>Whether a response may say something about the idempotency key, so that its body is worth a look.</summary>
    public bool IsAboutKey(in Outcome outcome) => _isKeyed && outcome.Response is { } response && IdempotencyAnswer.IsPossible(response.StatusCode);

    /// <param name="result">The attempt.</param>
    /// <param name="answer">What it says about the idempotency key; null if nothing.</param>
    /// <returns>Null if there shall be another attempt, after the delay; it is paid for then.</returns>
    public RetryStopReason? Decide(in AttemptResult result, IdempotencyAnswer? answer = null)
    {
        var stop = Assess(result, answer);
        // Whatever became of the request that a redirect made of it: the server that redirected has acted.
        MayHaveBeenProcessed |= !result.Outcome.WasNeverProcessed || _snapshot.WasReplaced(_request);
        return stop;
    }

    /// <summary>Gives back what the last retry took; without one, deposits.</summary>
    public void OnSuccess() => (_paid > 0 ? _paidFrom : budgets.PurseOf(attempt)).OnSuccess(_paid);

    private RetryStopReason? Assess(in AttemptResult result, IdempotencyAnswer? answer)
    {
        var outcome = result.Outcome;
        if (outcome.IsSuccess)
            return RetryStopReason.Final;
        if (outcome.Exception is not null && _deadline.IsOver(result.EndedAt))
            return RetryStopReason.DeadlinePassed;
        if (outcome.Kind is OutcomeKind.Cancelled)
            return RetryStopReason.Cancelled;
        if (outcome.Kind.IsRejection)
            return DecideOnRejection(result);

        _rejectionsInARow = 0;
        var repeatable = answer is { } about ? Judge(result, keys!.Judge(about), out var isCorrected) : Judge(result, out isCorrected);
        if (repeatable is Repeatable.Never || (repeatable is Repeatable.IfKeyed && !_isKeyed))
            return answer is { MayHaveBeenProcessed: true } known && keys!.Judge(known) is IdempotencyVerdict.Done ? RetryStopReason.AlreadyDone : RetryStopReason.Final;
        if (repeatable is Repeatable.IfSafe && !RetryRules.IsSafe(_request, _snapshot, _isKeyed && keys!.CoversAfter(outcome)))
            return RetryStopReason.NotRepeatable;
        if (result.Attempt > Math.Min(options.MaxRetries, int.MaxValue - 1))
            return RetryStopReason.AttemptsUsedUp;
        if (outcome.Advice is { IsReplayed: true } || keys?.IsReplayed(outcome.Response) is true)
            return RetryStopReason.FailureReplayed;
        if (outcome.Advice is { ShouldRetry: false })
            return RetryStopReason.ServerSaidNo;
        if (!attempt.CanBeSentAgain)
            return RetryStopReason.BodyNotReplayable;
        return isCorrected && outcome.Advice?.Delay is null ? SendAtOnce() : Schedule(result, answer is null ? result.EndedAt : client.Time.GetTimestamp());
    }

    // Another attempt may go to another address, whose server or limit has nothing against it. Not for ever: they may all be rejected.
    private RetryStopReason? DecideOnRejection(in AttemptResult result)
    {
        if (result.Outcome.Exception is not ResilienceException rejection || !attempt.WasRejectedElsewhere(rejection) || _rejectionsInARow == MaxRejectionsInARow)
            return RetryStopReason.Rejected;
        if (result.Attempt > options.MaxRetries || !attempt.CanBeSentAgain)
            return attempt.CanBeSentAgain ? RetryStopReason.AttemptsUsedUp : RetryStopReason.BodyNotReplayable;

        (_rejectionsInARow, Rejections) = (_rejectionsInARow + 1, Rejections + 1);
        return SendAtOnce();
    }

    private Repeatable Judge(in AttemptResult result, out bool isCorrected)
    {
        var couldHelp = options.ShouldRetry?.Invoke(result);
        isCorrected = couldHelp is not false && TryCorrect(result.Outcome);
        var repeatable = isCorrected ? Repeatable.Always : RetryRules.Judge(result, couldHelp);
        // Where a redirect led, nothing was processed; but the server that redirected has acted.
        return repeatable is Repeatable.Always && _snapshot.WasReplaced(_request) ? Repeatable.IfSafe : repeatable;
    }

    private bool TryCorrect(in Outcome outcome)
        => RequestCorrections.CouldHelp(outcome) && (Corrections ??= new(_snapshot)).TryAdd(outcome);

    // No sign of load, so neither a wait nor the budget would help anybody.
    private RetryStopReason? SendAtOnce()
    {
        Delay = TimeSpan.Zero;
        return null;
    }

    // What the provider says of its keys goes before what the status says.
    private Repeatable Judge(in AttemptResult result, IdempotencyVerdict verdict, out bool isCorrected)
    {
        isCorrected = false;
        return verdict switch
        {
            IdempotencyVerdict.InFlight => Repeatable.IfKeyed,
            IdempotencyVerdict.None => Judge(result, out isCorrected) is var repeatable and not Repeatable.IfKeyed ? repeatable : Repeatable.Never,
            _ => Repeatable.Never,
        };
    }

    // Reading a body, to learn what it says of the key, may have taken a while; else it is the time when the attempt ended.
    private RetryStopReason? Schedule(in AttemptResult result, long now)
    {
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
