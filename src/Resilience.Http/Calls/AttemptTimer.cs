namespace Resilience.Http;

/// <summary>The timer of one attempt after another, if an attempt has a timeout. Part of an <see cref="Attempt"/>.</summary>
internal struct AttemptTimer
{
    private LinkedTimer? _timer;
    private bool _tokenEndsWithTheResponse;

    public bool IsRunning { get; private set; }

    public readonly CancellationToken Token => _timer!.Token;

    /// <summary>Whether somebody may go on using the token while the body of a response is still to be read.</summary>
    public readonly bool TokenOutlivesTheResponse => IsRunning && !_tokenEndsWithTheResponse;

    /// <inheritdoc cref="Attempt.Limit"/>
    public CancellationToken Start(TimeSpan due, long now, bool tokenEndsWithTheResponse, TimeProvider time, CancellationToken caller)
    {
        _timer ??= new(time);
        (IsRunning, _tokenEndsWithTheResponse) = (true, tokenEndsWithTheResponse);
        return _timer.Start(due, now, caller);
    }

    /// <param name="failure">Why the attempt failed, if it did.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="isTokenInUse">Whether somebody goes on using the token.</param>
    /// <returns>The failure, by its own name if the time was up.</returns>
    public Exception? Stop(Exception? failure, string client, bool isTokenInUse)
    {
        if (!IsRunning)
            return failure;

        IsRunning = false;
        failure = failure is null ? null : _timer!.Explain(failure, client);
        if (isTokenInUse)
            _timer!.Abandon();
        if (isTokenInUse || !_timer!.TryStop())
            _timer = null;
        return failure;
    }

    public readonly void Dispose() => _timer?.Dispose();
}
