namespace Resilience.Http;

/// <summary>A call whose first attempt was not simply a success: decides after each attempt, and prepares the next.</summary>
internal sealed partial class RetriedCall
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
    private bool _hasWaited;
    private bool _isHandedOut;
    private CallEnd? _untold;

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
    {
        _hasWaited = true;
        _answer = await IdempotencyAnswer.ReadAsync(_outcome.Response!, _plan.MayHaveBeenProcessed, IdempotencyAnswer.BoundsBy(_client.Time).Within(_attempt.Deadline), _attempt.IsAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decides whether another attempt would help, and is safe.</summary>
    /// <returns>Null if so.</returns>
    public RetryStopReason? Assess()
    {
        var answer = _answer;
        _answer = null;
        try
        {
            return _plan.Decide(new(_attempt, _outcome), answer);
        }
        catch
        {
            // A user's rule failed: nobody will see the response.
            _outcome.Response?.Dispose();
            _plan.Corrections?.Undo(_request);
            if (!_isHandedOut)
                _attempt.Release();
            throw;
        }
    }

    /// <summary>Waits for the body, if it may soon be there again.</summary>
    public Task SettleAsync(CancellationToken cancellationToken)
    {
        _hasWaited |= _attempt.IsSettling;
        return _attempt.SettleAsync(cancellationToken);
    }

    /// <summary>Decides whether another attempt can be made and, if so, makes that known.</summary>
    /// <returns>Null if there shall be another attempt, after <see cref="Delay"/>.</returns>
    public RetryStopReason? Schedule()
    {
        var (outcome, hasWaited) = (_outcome, _hasWaited);
        _hasWaited = false;
        // Mostly the clock has been read already, when the attempt ended.
        if (_plan.Schedule(new(_attempt, outcome), hasWaited ? _client.Time.GetTimestamp() : _attempt.Ended) is { } stop)
            return stop;

        if (!TryMakeContent())
        {
            // Not sent, so not spent.
            _plan.OnSuccess();
            return RetryStopReason.BodyNotReplayable;
        }

        _handler.Telemetry.Retrying(_attempt, outcome, Delay);
        if (_options.OnRetry is { } onRetry)
            _client.Signals.Guard(onRetry, new RetryEvent(_request, outcome, _attempt.Number + 1, Delay));
        return null;
    }

    /// <summary>
    /// The transport drains what is left of the body, within bounds of its own, and keeps the connection. Not before it is known that there can be another attempt: a request's
    /// body that somebody still reads may never be let go.
    /// </summary>
    public void DropResponse()
    {
        if (!_attempt.IsUploading)
            _outcome.Response?.Dispose();
    }

    /// <summary>Waits until nobody reads the body any more.</summary>
    public Task UploadAsync(CancellationToken cancellationToken) => _attempt.UploadAsync(hasAnswer: _outcome.Response is not null, cancellationToken);

    /// <summary>Whether the body is not to be had for another attempt, and there is an answer.</summary>
    public bool IsLeftWithAnswer(CancellationToken cancellationToken)
        => _outcome.Response is not null && _attempt.IsUploading && !cancellationToken.IsCancellationRequested;

    /// <summary>Begins the next attempt.</summary>
    /// <returns>The request as the caller wrote it; null if the call has ended while it waited.</returns>
    public HttpRequestMessage? BeginNext(CancellationToken cancellationToken)
    {
        _outcome.Response?.Dispose();
        _earlier.Add(_outcome.Label);
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

    private bool TryMakeContent()
        => RequestSettings.Of(_request)?.ContentFactory is not { } contents || (_nextContent = contents.TryMake(_client)) is not null;
}
