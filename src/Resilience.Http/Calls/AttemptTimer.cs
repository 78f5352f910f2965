namespace Resilience.Http;

/// <summary>The timer of one attempt after another, if an attempt has a timeout. Part of an <see cref="Attempt"/>.</summary>
internal struct AttemptTimer
{
    private LinkedTimer? _timer;
    private IAttemptLimit? _limit;
    private bool _isTokenFree;

    public readonly bool IsRunning => _limit is not null;

    public readonly CancellationToken Token => _timer!.Token;

    /// <inheritdoc cref="Attempt.Limit"/>
    public CancellationToken Start(TimeSpan timeout, IAttemptLimit limit, bool isTokenFree, Attempt attempt, TimeProvider time, CancellationToken caller)
    {
        _timer ??= new(time);
        (_limit, _isTokenFree) = (limit, isTokenFree);
        return _timer.Start(timeout, attempt.ReachedAt, attempt.Deadline.AttemptEnd, caller);
    }

    public readonly void Hold()
    {
        if (IsRunning)
            _timer!.Hold();
    }

    public readonly void Resume(long now)
    {
        if (IsRunning)
            _timer!.Resume(now);
    }

    /// <param name="failure">Why the attempt failed, if it did.</param>
    /// <param name="attempt">The attempt.</param>
    /// <returns>The failure, by its own name if the time was up.</returns>
    public Exception? Stop(Exception? failure, Attempt attempt)
    {
        if (_limit is not { } limit)
            return failure;

        _limit = null;
        failure = failure is null ? null : Explain(failure, limit, attempt);
        // A foreign handler may use the token for whatever it began, however the attempt has ended.
        if (!_isTokenFree)
            _timer!.Abandon();
        if (!_isTokenFree || !_timer!.TryStop())
            _timer = null;
        return failure;
    }

    public readonly void Dispose() => _timer?.Dispose();

    private readonly Exception Explain(Exception failure, IAttemptLimit limit, Attempt attempt) => _timer switch
    {
        _ when failure is ResilienceException => failure,
        { HasExpired: true, IsCutShort: true } => TimedOut(attempt.Deadline.TimedOut(attempt.Request, failure), attempt),
        { HasExpired: true, Allowed: var timeout } => TimedOut(limit.TimedOut(timeout, failure), attempt),
        // Nobody but the transport can have cancelled the sending, because where it went has ended.
        { Token.IsCancellationRequested: false } when _isTokenFree && failure is OperationCanceledException { InnerException: not TimeoutException } && attempt.Sending is { WaitsForCaller: true }
            => new HttpRequestException("The connection has ended while the request's body was sent.", failure),
        var timer => timer!.WithCallersToken(failure),
    };

    private static Exception TimedOut(Exception failure, Attempt attempt)
    {
        if (failure is ResilienceException timeout)
            timeout.WaitedForRequestBody = attempt.Sending is { WaitsForCaller: true };
        return failure;
    }
}
