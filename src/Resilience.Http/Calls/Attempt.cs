namespace Resilience.Http;

/// <summary>
/// One attempt on its way through handlers that stand next to each other. The outermost awaits it for all of them and tells the others what
/// it came to: one state machine per call, however many policies. Pooled with all that an attempt needs; for one call at a time.
/// </summary>
internal sealed class Attempt
{
    private readonly AttemptObservers _observers = new();
    private ResilientClient _client = null!;
    private CancellationToken _caller;
    private AttemptTimer _timer;
    private Task? _reading;
    private bool _isBodyLeftOpen;
    private long? _ended;

    /// <summary>What is sent, rewritten as it may be by now.</summary>
    public HttpRequestMessage Request { get; private set; } = null!;

    /// <summary>The request as the caller wrote it, once that has been taken down.</summary>
    public RequestSnapshot Snapshot { get; } = new();

    public bool IsAsync { get; private set; }

    /// <summary>Whether an attempt timeout bounds it already.</summary>
    public bool IsTimed => _timer.IsRunning;

    /// <summary>When the handler at hand was reached, as a timestamp; one that waits sets it anew.</summary>
    public long Now { get; set; }

    /// <summary>When it ended, as a timestamp, read from the clock at most once.</summary>
    public long Ended => _ended ??= _client.Time.GetTimestamp();

    /// <summary>By when the call must have ended, as a timestamp, where that is known already.</summary>
    public long? Deadline { get; set; }

    /// <summary>Reads the body as part of the attempt; null if it is left to the caller.</summary>
    public ResponseBodyReader? BodyReader { get; set; }

    /// <summary>Whether the server's advice is kept for people to look at; else somebody further out sees to that.</summary>
    public bool NotesAdvice { get; set; }

    public static Attempt Begin(ResilientClient client, HttpRequestMessage request, bool async, CancellationToken caller)
    {
        var attempt = (client.Time == TimeProvider.System ? AttemptPool.Take() : null) ?? new();
        (attempt._client, attempt.Request, attempt.IsAsync) = (client, request, async);
        attempt.Restart(caller);
        return attempt;
    }

    /// <summary>To be called before the call's next attempt.</summary>
    public void Restart(CancellationToken caller) => (Now, _caller, _ended) = (_client.Time.GetTimestamp(), caller, null);

    /// <summary>The observer is told when the attempt has ended, before those further out.</summary>
    public void Add(IAttemptObserver observer, object? state = null) => _observers.Add(observer, state, Now);

    /// <summary>Ends the attempt in an <see cref="AttemptTimeoutException"/> when its time, counted from <see cref="Now"/>, is up, and cancels the token.</summary>
    public CancellationToken Limit(TimeSpan due, bool tokenEndsWithTheResponse, CancellationToken cancellationToken)
        => _timer.Start(due, Now, tokenEndsWithTheResponse, _client.Time, cancellationToken);

    /// <summary>Reads the body of a response, as far as that is part of the attempt. How that went shows when the attempt is ended.</summary>
    public Task ReadBodyAsync(Task<HttpResponseMessage> sent)
        => _reading = Outcome.ResponseIn(sent) is { } response ? ReadBodyAsync(response, IsTimed ? _timer.Token : _caller) : Task.CompletedTask;

    /// <summary>Ends an attempt whose body has been read, and tells everybody what it came to.</summary>
    public Outcome End(Task<HttpResponseMessage> sent)
    {
        var response = Outcome.ResponseIn(sent);
        var failure = response is null ? Outcome.FailureOf(sent) : ResponseBodyReader.FailureOf(_reading!, response, _caller);
        failure = _timer.Stop(failure, _client.Name, isTokenInUse: failure is null && _timer.TokenOutlivesTheResponse && _isBodyLeftOpen);
        var outcome = failure is not null ? Outcome.Of(failure, _caller)
            : _reading is Task<Outcome> { IsCompletedSuccessfully: true } judging ? judging.Result
            : _client.Advisor.Judge(response!);
        Tell(outcome);
        return outcome;
    }

    /// <summary>The answer to an attempt that is made once, whatever it comes to.</summary>
    public Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> sent)
        => Outcome.RefusalIn(sent) is null ? AwaitAsync(sent) : EndRefused(sent);

    /// <summary>Ends an attempt that was held back further in: nothing to wait for, and shedding must stay cheap.</summary>
    public Task<HttpResponseMessage> EndRefused(Task<HttpResponseMessage> refused)
    {
        _timer.Stop(failure: null, _client.Name, isTokenInUse: false);
        Tell(Outcome.Of(Outcome.FailureOf(refused), _caller));
        Release();
        return refused;
    }

    /// <summary>To be called once, at the end of the call: then it is another's.</summary>
    public void Release()
    {
        var isPooled = _client.Time == TimeProvider.System;
        Snapshot.Clear();
        (_client, Request, _caller, _reading) = (null!, null!, default, null);
        (Deadline, BodyReader, NotesAdvice) = (null, null, false);
        if (!isPooled || !AttemptPool.Keep(this))
            _timer.Dispose();
    }

    private async Task<HttpResponseMessage> AwaitAsync(Task<HttpResponseMessage> sent)
    {
        await sent.BlockUnless(IsAsync).Ended;
        await ReadBodyAsync(sent).BlockUnless(IsAsync).Ended;
        var outcome = End(sent);
        Release();
        return outcome.GetResponse();
    }

    private Task ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var reading = BodyReader?.ReadAsync(response, cancellationToken);
        _isBodyLeftOpen = reading is null;
        reading ??= Task.CompletedTask;
        return _client.Advisor.ReadsBodyOf(response) ? ReadAdviceAsync(reading, response, cancellationToken) : reading;
    }

    private async Task<Outcome> ReadAdviceAsync(Task reading, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await reading.BlockUnless(IsAsync).ConfigureAwait(false);
        var outcome = await _client.Advisor.JudgeAsync(Request, response, IsAsync, cancellationToken).ConfigureAwait(false);
        // The search gives up without a word, and nobody could read the rest of the body.
        cancellationToken.ThrowIfCancellationRequested();
        return outcome;
    }

    // Apart, as most outcomes come without advice.
    private void NoteAndTell(in Outcome outcome)
    {
        try
        {
            _client.Advisor.Note(Request, outcome);
        }
        finally
        {
            _observers.Tell(this, outcome);
        }
    }

    private void Tell(in Outcome outcome)
    {
        if (NotesAdvice && outcome.Advice is not null)
            NoteAndTell(outcome);
        else
            _observers.Tell(this, outcome);
    }
}
