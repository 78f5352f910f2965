namespace Resilience.Http;

// How it ends, and what is told of it.
internal sealed partial class RetriedCall
{
    /// <summary>What a call ends in that has ended while it waited for its next attempt: cancelled, at its deadline, or as before if its body was not to be had again.</summary>
    public Task<HttpResponseMessage> NotSent(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? Task.FromCanceled<HttpResponseMessage>(cancellationToken)
        : Task.FromException<HttpResponseMessage>(_attempt.Deadline.IsEnforcedByAttempts ? _attempt.Deadline.TimedOut(_request, StillRead()) : _outcome.Exception ?? StillRead());

    /// <summary>Ends the call, with the last response or exception if no attempt has succeeded.</summary>
    public Outcome End(RetryStopReason stop)
    {
        var outcome = _outcome;
        _nextContent?.Dispose();
        _plan.Corrections?.Undo(_request);
        var (wasHandedOut, isBuffered) = (_isHandedOut, _isHandedOut || IsToBeBuffered(outcome.Response));
        var end = new CallEnd(stop, SentBy(outcome), NeededHelp: _attempt.Number > 1 || stop is not (RetryStopReason.Final or RetryStopReason.Rejected));
        Note(outcome, end);
        // Nothing has succeeded before the body is whole.
        if (isBuffered && outcome.IsSuccess)
            _untold = end;
        else
            Tell(outcome, end);
        // A body that was handed out may need the attempt again as long as it is read.
        if (wasHandedOut)
            return outcome;

        _isHandedOut = isBuffered;
        if (_isHandedOut)
            outcome.Response!.Content = new RetryingContent(this, outcome.Response, _options.MaxBufferedResponseBytes);
        if (outcome.Response is { } response)
            _attempt.HandOut(response);
        if (!_isHandedOut)
            _attempt.Release();
        return outcome;
    }

    /// <summary>To be called once, when a body that was handed out is whole, or is left to somebody who does not buffer it: then nothing of the call is needed any more.</summary>
    public void OnBodyEnded()
    {
        if (_untold is { } end)
            Tell(_outcome, end);
        _attempt.Release();
    }

    /// <summary>To be called once instead, when a body that was handed out cannot be had: then the call has failed after all.</summary>
    public void OnBodyFailed(Exception failure)
    {
        if (_untold is { } end)
            Tell(new(failure, _attempt.Deadline.IsOver(_client.Time.GetTimestamp()) ? OutcomeKind.Timeout : Failure.KindOf(failure)), end);
        _attempt.Release();
    }

    /// <summary>Ends the call with the answer that is there, as there will be no other: what is known is not given up for it.</summary>
    public Outcome EndUnsent()
    {
        // Not sent, so not spent.
        _plan.OnSuccess();
        return End(RetryStopReason.BodyNotReplayable);
    }

    /// <summary>Goes on after the body of a response, handed out already, broke off while it was buffered.</summary>
    public Task<HttpResponseMessage> RepeatAfterBrokenBodyAsync(Exception exception, CancellationToken buffering)
    {
        _untold = null;
        _attempt.Restart(_attempt.Number, buffering);
        _attempt.HadAnswer = true;
        return _handler.RunAsync(Task.FromException<HttpResponseMessage>(exception), _attempt, this, buffering);
    }

    private static HttpRequestException StillRead() => new("The body was still being read for the attempt before.");

    private bool IsToBeBuffered(HttpResponseMessage? response)
        => _options.ResponseBodies is ResponseBodies.Buffered && _attempt.IsBodyLeft && response is { IsSuccessStatusCode: true, Content.Headers.ContentLength: null };

    private int SentBy(in Outcome outcome)
        => _attempt.Number - _plan.Rejections - (outcome.Exception is ResilienceException { WasRejected: true } ours && ours.IsAbout(_request) ? 1 : 0);

    // For the caller.
    private void Note(in Outcome outcome, CallEnd end)
    {
        if (end.NeededHelp)
        {
            var settings = _attempt.Settings ?? RequestSettings.For(_request);
            (settings.Attempts, settings.Report) = (end.Sent, new RetryReport(end.Sent, end.Stop));
        }

        if (outcome.Exception is ResilienceException ours)
            ours.Attempts = end.Sent;
    }

    // For everybody else.
    private void Tell(in Outcome outcome, CallEnd end)
    {
        if (outcome.IsSuccess)
            _plan.OnSuccess();
        if (end.NeededHelp)
            _handler.Telemetry.Ended(_attempt, outcome, end.Stop, end.Sent, _earlier);
    }

    private readonly record struct CallEnd(RetryStopReason Stop, int Sent, bool NeededHelp);
}
