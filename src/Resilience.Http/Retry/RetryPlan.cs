namespace Resilience.Http;

/// <summary>Decides, after each attempt of one call, whether there shall be another and how long to wait before it.</summary>
internal sealed partial class RetryPlan(Attempt attempt, RetryOptions options, RetryBudgets budgets, KeyRules? keys, ClientContext client)
{
    private const int MaxRejectionsInARow = 10;

    private readonly HttpRequestMessage _request = attempt.Request;
    private readonly RequestSnapshot _snapshot = attempt.Snapshot;
    private readonly Deadline _deadline = attempt.Deadline;
    private readonly bool _isKeyed = keys?.Covers(attempt.Snapshot, attempt.Request) ?? false;
    private RetryPurse _paidFrom;
    private int _paid;
    private int _rejectionsInARow;
    private bool _goesAtOnce;

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

    /// <summary>Whether another attempt would help, and is safe.</summary>
    /// <param name="result">The attempt.</param>
    /// <param name="answer">What it says about the idempotency key; null if nothing.</param>
    /// <returns>Null if so.</returns>
    public RetryStopReason? Decide(in AttemptResult result, IdempotencyAnswer? answer = null)
    {
        _goesAtOnce = false;
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
        _goesAtOnce = isCorrected && outcome.Advice?.Delay is null;
        return null;
    }

    // Another attempt may go to another address, whose server or limit has nothing against it. Not for ever: they may all be rejected.
    private RetryStopReason? DecideOnRejection(in AttemptResult result)
    {
        if (result.Outcome.Exception is not ResilienceException rejection || !attempt.WasRejectedElsewhere(rejection) || _rejectionsInARow == MaxRejectionsInARow)
            return RetryStopReason.Rejected;
        if (result.Attempt > options.MaxRetries || !attempt.CanBeSentAgain)
            return attempt.CanBeSentAgain ? RetryStopReason.AttemptsUsedUp : RetryStopReason.BodyNotReplayable;

        (_rejectionsInARow, Rejections, _goesAtOnce) = (_rejectionsInARow + 1, Rejections + 1, true);
        return null;
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
        => RequestCorrections.CouldHelp(outcome) && (Corrections ??= new(_snapshot)).TryAdd(outcome, attempt.Address);

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
}
