namespace Resilience.Http;

/// <summary>A call whose first attempt was not simply a success: decides after each attempt, and prepares the next.</summary>
internal sealed class RetriedCall
{
    private readonly RetryHandler _handler;
    private readonly ClientContext _client;
    private readonly RetryOptions _options;
    private readonly Attempt _attempt;
    private readonly HttpRequestMessage _request;
    private readonly RequestSnapshot _snapshot;
    private readonly RetryPlan _plan;
    private Outcome _outcome;
    private IdempotencyAnswer? _answer;
    private EarlierOutcomes _earlier;
    private HttpContent? _nextContent;
    private bool _isHandedOut;

    public RetriedCall(RetryHandler handler, Attempt attempt)
    {
        (_handler, _client, _options) = (handler, handler.Client, handler.Options);
        (_attempt, _request, _snapshot) = (attempt, attempt.Request, attempt.Snapshot);
        _plan = new(attempt, _options, handler.Budgets, handler.KeyRules?.Invoke(), _client);
    }

    /// <summary>The wait before the next attempt.</summary>
    public TimeSpan Delay => _plan.Delay;

    /// <summary>Takes the outcome of an attempt.</summary>
    /// <returns>Whether the body of its response has to be looked at before it is decided.</returns>
    public bool IsAboutKey(in Outcome outcome) => _plan.IsAboutKey(_outcome = outcome);

    /// <summary>Looks at the body of a response that may be about the idempotency key.</summary>
    public async Task ReadAnswerAsync(CancellationToken cancellationToken)
        => _answer = await IdempotencyAnswer.ReadAsync(_outcome.Response!, _plan.MayHaveBeenProcessed, IdempotencyAnswer.BoundsBy(_client.Time).Within(_attempt.Deadline), _attempt.IsAsync, cancellationToken).ConfigureAwait(false);

    /// <summary>Decides and, if there shall be another attempt, makes that known.</summary>
    /// <returns>Null if there shall be another attempt, after <see cref="Delay"/>.</returns>
    public RetryStopReason? Assess()
    {
        var (outcome, answer) = (_outcome, _answer);
        _answer = null;
        try
        {
            if (_plan.Decide(new(_attempt, outcome), answer) is { } stop)
                return stop;
        }
        catch
        {
            // A user's rule failed: nobody will see the response.
            outcome.Response?.Dispose();
            _plan.Corrections?.Undo(_request);
            throw;
        }

        if (!TryMakeContent())
        {
            // Not sent, so not spent.
            _plan.OnSuccess();
            return RetryStopReason.BodyNotReplayable;
        }

        _earlier.Add(outcome.Label);
        _handler.Telemetry.Retrying(_attempt, outcome, Delay);
        if (_options.OnRetry is { } onRetry)
            _client.Signals.Guard(onRetry, new RetryEvent(_request, outcome, _attempt.Number + 1, Delay));
        return null;
    }

    /// <summary>The transport drains what is left of the body, within bounds of its own, and keeps the connection.</summary>
    public void DropResponse() => _outcome.Response?.Dispose();

    /// <summary>Begins the next attempt.</summary>
    /// <returns>The request as the caller wrote it; null if the call has ended while it waited.</returns>
    public HttpRequestMessage? BeginNext(CancellationToken cancellationToken)
    {
        _attempt.Restart(_attempt.Number + 1, cancellationToken);
        if (cancellationToken.IsCancellationRequested || _attempt.IsUploading)
        {
            (_attempt.Number, _attempt.IsWaiting) = (_attempt.Number - 1, true);
            return null;
        }

        _snapshot.Restore(_request);
        _plan.Corrections?.Apply(_request);
        var settings = _attempt.Settings ??= RequestSettings.For(_request);
        (settings.Attempts, settings.Resends) = (_attempt.Number, _attempt.Number - _plan.Rejections - 1);
        if (_nextContent is { } content)
            settings.ContentFactory!.Use(content, _request);
        _nextContent = null;
        RetryHandler.Prepare(_attempt, _handler.Options);
        ResendCount.Begin(_request, settings);
        return _request;
    }

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

    private bool TryMakeContent()
        => RequestSettings.Of(_request)?.ContentFactory is not { } contents || (_nextContent = contents.TryMake(_client)) is not null;

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
