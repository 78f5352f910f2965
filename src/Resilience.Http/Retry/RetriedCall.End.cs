namespace Resilience.Http;

// How it ends, and what is told of it.
internal sealed partial class RetriedCall
{
    /// <summary>What a call ends in that has ended while it waited for its next attempt: cancelled, at its deadline, or as before if its body was not to be had again.</summary>
    public Task<HttpResponseMessage> NotSent(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? Task.FromCanceled<HttpResponseMessage>(cancellationToken)
        : Task.FromException<HttpResponseMessage>(_attempt.Deadline.IsEnforcedByAttempts ? _attempt.Deadline.TimedOut(_request, StillRead())! : _outcome.Exception ?? StillRead());

    /// <summary>Ends the call, with the last response or exception if no attempt has succeeded.</summary>
    public Outcome End(RetryStopReason stop)
    {
        var outcome = _outcome;
        _nextContent?.Dispose();
        _plan.Corrections?.Undo(_request);
        Report(outcome, stop);
        // A body that was handed out may need the attempt again as long as it is read.
        if (_isHandedOut)
            return outcome;

        _isHandedOut = _options.ResponseBodies is ResponseBodies.Buffered && outcome.Response is { IsSuccessStatusCode: true, Content.Headers.ContentLength: null };
        if (_isHandedOut)
            outcome.Response!.Content = new RetryingContent(this, outcome.Response, _options.MaxBufferedResponseBytes);
        if (outcome.Response is { } response)
            _attempt.HandOut(response);
        if (!_isHandedOut)
            _attempt.Release();
        return outcome;
    }

    /// <summary>Goes on after the body of a response, handed out already, broke off while it was buffered.</summary>
    public Task<HttpResponseMessage> RepeatAfterBrokenBodyAsync(Exception exception, CancellationToken buffering)
    {
        _attempt.Restart(_attempt.Number, buffering);
        _attempt.HadAnswer = true;
        return _handler.RunAsync(Task.FromException<HttpResponseMessage>(exception), _attempt, this, buffering);
    }

    private static HttpRequestException StillRead() => new("The body was still being read for the attempt before.");

    private void Report(in Outcome outcome, RetryStopReason stop)
    {
        if (outcome.IsSuccess)
            _plan.OnSuccess();
        var ours = outcome.Exception as ResilienceException;
        var sent = _attempt.Number - _plan.Rejections - (ours is { WasRejected: true } && ours.IsAbout(_request) ? 1 : 0);
        if (_attempt.Number > 1 || stop is not (RetryStopReason.Final or RetryStopReason.Rejected))
        {
            var settings = _attempt.Settings ?? RequestSettings.For(_request);
            (settings.Attempts, settings.Report) = (sent, new RetryReport(sent, stop));
            _handler.Telemetry.Ended(_attempt, outcome, stop, sent, _earlier);
        }

        ours?.Attempts = sent;
    }
}
