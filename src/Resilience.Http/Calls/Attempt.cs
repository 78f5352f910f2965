namespace Resilience.Http;

/// <summary>
/// One attempt on its way through handlers that stand next to each other. The outermost awaits it for all of them and calls the others when
/// it has ended: one state machine per call, however many policies.
/// <para>
/// Its life: <see cref="Of"/> takes it from the pool for a call that enters a chain; policies outside retry hand it on. <see cref="Begin"/> puts it under
/// way; inner handlers <see cref="Join"/> and <see cref="Limit"/> it; the handler that began it awaits the response,
/// <see cref="ReadAsync(Task{HttpResponseMessage}, IBodyReader)"/>, then <see cref="End"/>, which judges once and calls the observers;
/// <see cref="Restart(int, CancellationToken)"/> leads to the call's next attempt; <see cref="HandOut"/> and <see cref="Release"/> end the call, and then it is
/// another's. The handler that began it releases it, once. A stale handle is found by its <see cref="Version"/>.
/// </para>
/// <para>Only attempts on the system's clock are pooled: a test's clock makes its own timers, which must not outlive the test.</para>
/// </summary>
internal sealed class Attempt
{
    private readonly AttemptObservers _observers = new();
    private ClientContext _client = null!;
    private CancellationToken _caller;
    private AttemptTimer _timer;
    private Task _reading = Task.CompletedTask;
    private RequestBody? _body;
    private AttemptContext _outer;
    private int _outerNumber;
    private Uri? _sentTo;
    private Uri? _redirectedTo;
    private long? _ended;

    /// <summary>Another number for each call that it serves.</summary>
    public int Version { get; private set; }

    /// <summary>What is sent, rewritten as it may be by now.</summary>
    public HttpRequestMessage Request { get; private set; } = null!;

    /// <summary>What the request asks for; looked up once for each attempt. Null if nothing.</summary>
    public RequestSettings? Settings { get; private set; }

    /// <summary>The request as the caller wrote it, once that has been taken down.</summary>
    public RequestSnapshot Snapshot { get; } = new();

    /// <summary>1 for the first of the call; 0 before.</summary>
    public int Number { get; set; }

    public bool IsAsync { get; private set; }

    public Deadline Deadline { get; set; }

    /// <summary>Whether somebody awaits it and calls its observers; before, it only carries what is known of the call.</summary>
    public bool IsUnderWay => Number > 0;

    /// <summary>Whether an attempt timeout bounds it already.</summary>
    public bool IsTimed => _timer.IsRunning;

    /// <summary>When the handler at hand was reached, as a timestamp; one that waits sets it anew. 0 if nobody has looked at the clock.</summary>
    public long ReachedAt { get; set; }

    /// <summary>Whether a policy makes it wait at the moment: then the time is not the server's.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>The body of the request; null if it is bytes in memory, or there is none.</summary>
    public RequestBody? Body => _body ?? RequestBody.Of(Request.Content);

    /// <summary>Whether the body can be sent again: as it is, from a copy, or made anew.</summary>
    public bool CanSendBodyAgain => RequestBody.CanSendAgainWith(Body, Request);

    /// <summary>Whether somebody still reads the body.</summary>
    public bool IsUploading => Body?.LastSending is { Sending.IsCompleted: false };

    /// <summary>Whether the time of the attempt, once it has ended, went into waiting for something that is not the server's, bytes of the caller's for example.</summary>
    public bool HasWaitedElsewhere { get; private set; }

    /// <summary>Where it goes; once it has ended, where it has ended. A handler that changes the address on the way may have put it back.</summary>
    public Uri? Address => _redirectedTo ?? Request.RequestUri;

    /// <summary>The address that it was sent to.</summary>
    public Uri? SentTo => _sentTo;

    /// <summary>Whether a redirect has led the attempt to another authority, which it has ended at.</summary>
    public bool HasEndedElsewhere => !ReferenceEquals(Address, _sentTo) && PartitionKey.OfAuthority(Address) != PartitionKey.OfAuthority(_sentTo);

    /// <summary>Whether the response has a body that nobody has read yet.</summary>
    public bool IsBodyLeft { get; set; }

    /// <summary>Whether its answer had begun, be it only to break off.</summary>
    public bool HadAnswer { get; set; }

    /// <summary>Whether another attempt would go to another server.</summary>
    public bool HasAlternative { get; set; }

    /// <summary>When it ended, as a timestamp, read from the clock at most once.</summary>
    public long Ended => _ended ??= _client.Time.GetTimestamp();

    /// <summary>Whether the server's advice is kept for people to look at; else an outer attempt sees to that.</summary>
    public bool NotesAdvice { get; set; }

    // The foreign handler between may have let go of this one: what becomes of it is not about a later attempt of the call.
    private Attempt? Outer => _outer.Current is { } outer && outer.Number == _outerNumber ? outer : null;

    /// <summary>For a call that enters a chain. What outer handlers of ours, beyond a foreign one, have said about it is known.</summary>
    public static Attempt Of(ClientContext client, HttpRequestMessage request, bool async)
    {
        var attempt = Take(client, request, async);
        if (attempt.Settings is { } settings)
            attempt.ComeFrom(settings);
        return attempt;
    }

    /// <summary>To be called where the call enters the outermost handler: what an earlier call has left on the message is none of this one's.</summary>
    public void BeginCall()
    {
        ResendCount.Clear();
        Settings?.BeginCall();
        Deadline = default;
    }

    /// <summary>Puts it under way, for a handler that is going to await it.</summary>
    /// <returns>This, or another on the clock of the handler.</returns>
    public Attempt Begin(ClientContext client, int number, CancellationToken caller)
    {
        if (IsUnderWay || client.Time != _client.Time)
            return Again(client).Begin(client, number, caller);

        if (_client != client)
            _client = client;
        Restart(number, ReachedAt is not 0 ? ReachedAt : client.Time.GetTimestamp(), caller);
        return this;
    }

    /// <summary>The same call once more, for a handler that may send more than once.</summary>
    public Attempt Again() => Again(_client);

    /// <summary>Begins the call's next attempt.</summary>
    public void Restart(int number, CancellationToken caller)
    {
        Settings = RequestSettings.Of(Request);
        Restart(number, _client.Time.GetTimestamp(), caller);
    }

    /// <summary>Goes on after a policy has held it back: from now on it is the server that takes its time.</summary>
    public void Resume() => (IsWaiting, ReachedAt) = (false, _client.Time.GetTimestamp());

    /// <summary>Waits for another server than its own: until <see cref="StartTime"/> its time stands still, and only that of the call runs.</summary>
    public void StopTime()
    {
        IsWaiting = true;
        _timer.Hold();
        Outer?.StopTime();
    }

    /// <summary>Begins its time anew.</summary>
    public void StartTime()
    {
        Resume();
        _timer.Resume(ReachedAt);
        Outer?.StartTime();
    }

    /// <summary>Whether the request was rejected at another address than it was sent to: a handler between chose that one, and may choose another.</summary>
    public bool WasRejectedElsewhere(ResilienceException rejection)
        => rejection.RejectedAt is { } address && !ReferenceEquals(address, _sentTo) && PartitionKey.OfAuthority(address) != PartitionKey.OfAuthority(_sentTo);

    /// <summary>Has the observer called when the attempt has ended, before the outer ones.</summary>
    public void Join(IAttemptObserver observer, object? state) => _observers.Add(observer, state, ReachedAt);

    /// <summary>Cancels the token when the attempt's time, counted from <see cref="ReachedAt"/>, or the call's is up; the attempt ends accordingly.</summary>
    /// <param name="timeout">The time of the attempt.</param>
    /// <param name="limit">Says what an attempt ends in whose own time is up.</param>
    /// <param name="isTokenFree">Whether no inner handler uses the token once there is a response.</param>
    /// <param name="cancellationToken">Cancels the token too.</param>
    public CancellationToken Limit(TimeSpan timeout, IAttemptLimit limit, bool isTokenFree, CancellationToken cancellationToken)
        => _timer.Start(timeout, limit, isTokenFree, this, _client.Time, cancellationToken);

    /// <summary>To be called before the request is sent: notes where it goes, watches its body, and copies that up to the limit, so that it can be sent again.</summary>
    public void Prepare(long limit) => (_sentTo, _body) = (Request.RequestUri, RequestBody.Watch(Request, limit, _body));

    /// <summary>Waits until nobody reads the body any more: an upload may go on for a while when its attempt has ended. Until the deadline, as its source may stall.</summary>
    public Task UploadAsync(CancellationToken cancellationToken)
    {
        if (!IsUploading)
            return Task.CompletedTask;

        var upload = Body!.LastSending!.Sending;
        if (!Deadline.IsEnforcedByAttempts)
            return upload.WaitAsync(cancellationToken);

        // Timers count whole milliseconds, and cut off the rest.
        var left = Math.Ceiling(Deadline.Left(_client.Time.GetTimestamp()).TotalMilliseconds);
        return upload.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(left, 0)), _client.Time, cancellationToken);
    }

    /// <summary>Reads what belongs to the attempt of a response's body. How that went shows when the attempt is ended.</summary>
    /// <param name="sent">What became of the request.</param>
    /// <param name="reader">Reads bodies of successes; null where no other attempt could follow.</param>
    public Task ReadAsync(Task<HttpResponseMessage> sent, IBodyReader? reader)
    {
        var reading = Outcome.ResponseIn(sent) is { } response ? ReadAsync(response, reader, IsTimed ? _timer.Token : _caller) : Task.CompletedTask;
        // Mostly it is; and storing a reference has a price.
        if (_reading != reading)
            _reading = reading;
        return reading;
    }

    /// <summary>Ends an attempt whose body has been read, and calls everybody that has joined.</summary>
    public Outcome End(Task<HttpResponseMessage> sent)
    {
        var response = Outcome.ResponseIn(sent);
        var failure = response is null ? Outcome.FailureOf(sent) : FailureOfReading(response);
        HadAnswer |= response is not null;
        failure = _timer.Stop(failure, this);
        var outcome = failure is not null ? OutcomeOf(failure)
            : _reading is Task<Outcome> { IsCompletedSuccessfully: true } judging ? judging.Result
            : _client.Advisor.Judge(response!);
        _body?.TakeOff(Request);
        Tell(outcome);
        return outcome;
    }

    /// <summary>The answer to an attempt that is made once, whatever it comes to.</summary>
    public Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> sent)
        => Rejection.In(sent) is null ? AwaitAsync(sent) : EndRejected(sent);

    /// <summary>Ends an attempt that an inner policy has rejected: nothing to wait for, and rejecting must stay cheap.</summary>
    public Task<HttpResponseMessage> EndRejected(Task<HttpResponseMessage> rejected)
    {
        _timer.Stop(failure: null, this);
        Tell(OutcomeOf(Outcome.FailureOf(rejected)));
        Release();
        return rejected;
    }

    /// <summary>The response of the last attempt for the caller, its body bounded by the deadline as far as it is still to be buffered.</summary>
    public HttpResponseMessage HandOut(HttpResponseMessage response)
    {
        if (IsBodyLeft && Deadline.IsEnforcedByAttempts)
            response.Content = new DeadlineContent(response.Content, Request, Deadline, _client.Time, _client.HttpClient.IsInUse ? _caller : default);
        return response;
    }

    /// <summary>To be called once, at the end of the call: then it is another's.</summary>
    public void Release()
    {
        var isPooled = _client.Time == TimeProvider.System;
        Version++;
        _body?.TakeOff(Request);
        (_body, _sentTo, _redirectedTo, _outer) = (null, null, null, default);
        Snapshot.Clear();
        (_client, Request, Settings, _caller, Deadline, Number) = (null!, null!, null, default, default, 0);
        if (_reading != Task.CompletedTask)
            _reading = Task.CompletedTask;
        (NotesAdvice, IsBodyLeft, HasWaitedElsewhere, HadAnswer) = (false, false, false, false);
        if (!isPooled || !AttemptPool.Keep(this))
            _timer.Dispose();
    }

    private static Attempt Take(ClientContext client, HttpRequestMessage request, bool async)
    {
        var attempt = (client.Time == TimeProvider.System ? AttemptPool.Take() : null) ?? new();
        (attempt._client, attempt.Request, attempt.IsAsync, attempt.ReachedAt) = (client, request, async, 0);
        attempt.Settings = RequestSettings.Of(request);
        return attempt;
    }

    private Attempt Again(ClientContext client)
    {
        var again = Take(client, Request, IsAsync);
        (again.Deadline, again._outer, again._outerNumber) = (Deadline, _outer, _outerNumber);
        return again;
    }

    private void ComeFrom(RequestSettings settings)
    {
        (Deadline, _outer, _outerNumber) = (settings.Deadline, settings.Outer, settings.Outer.Current?.Number ?? 0);
        // The foreign handler has given up a request that waited, and sends it again.
        if (Outer is { IsWaiting: true } outer)
            outer.StartTime();
    }

    private void Restart(int number, long now, CancellationToken caller)
    {
        (Number, ReachedAt, _caller, _ended, IsWaiting, HasWaitedElsewhere, HadAnswer, HasAlternative) = (number, now, caller, null, false, false, false, false);
        if (_redirectedTo is not null)
            _redirectedTo = null;
    }

    // RetryHandler.RunAsync awaits in the same way for all attempts of a call; together they would be two state machines a call.
    private async Task<HttpResponseMessage> AwaitAsync(Task<HttpResponseMessage> sent)
    {
        await sent.BlockUnless(IsAsync).Ended;
        await ReadAsync(sent, reader: null).BlockUnless(IsAsync).Ended;
        var outcome = End(sent);
        if (outcome.Response is { } response)
            HandOut(response);
        Release();
        return outcome.GetResponse();
    }

    private Task ReadAsync(HttpResponseMessage response, IBodyReader? reader, CancellationToken cancellationToken)
    {
        if (_client.Advisor.ReadsBodyOf(Request, response))
            return ReadAdviceAsync(response, reader, cancellationToken);

        if (reader?.ReadAsync(this, response, cancellationToken) is { } reading)
            return reading;

        IsBodyLeft = BodyRules.MayHaveBody(response);
        return Task.CompletedTask;
    }

    private async Task<Outcome> ReadAdviceAsync(HttpResponseMessage response, IBodyReader? reader, CancellationToken cancellationToken)
    {
        var outcome = await JudgeAsync(response, cancellationToken).ConfigureAwait(false);
        var reading = outcome.IsSuccess ? reader?.ReadAsync(this, response, cancellationToken) : null;
        if (reading is not null)
            await reading.BlockUnless(IsAsync).ConfigureAwait(false);
        else
            IsBodyLeft = true;
        return outcome;
    }

    // The time of the attempt is no reason to give up what the status and the fields say.
    private async ValueTask<Outcome> JudgeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.Advisor.JudgeAsync(Request, response, IsAsync, Deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            return _client.Advisor.Judge(response);
        }
    }

    // Only the body of a success is read, and without its body there is none.
    private Exception? FailureOfReading(HttpResponseMessage response)
    {
        if (_reading.IsCompletedSuccessfully)
            return null;

        response.Dispose();
        return Outcome.FailureOf(_reading);
    }

    private Outcome OutcomeOf(Exception failure)
    {
        var sending = Body?.LastSending;
        HasWaitedElsewhere = IsWaiting || sending is { WaitsForCaller: true };
        if (failure is ResilienceException { IsOfOneAddress: true } rejection)
            rejection.RejectedAt ??= Request.RequestUri;
        return _caller switch
        {
            { IsCancellationRequested: false } when sending is { HasCallerFailed: true } || Failure.IsOfRequest(failure, Request) => CallersFailure(failure),
            { IsCancellationRequested: false } => Outcome.FromException(failure) with { HadAnswer = HadAnswer },
            _ when !IsWaiting && Deadline.IsOver(Ended) => new(failure, OutcomeKind.Timeout),
            _ => new(failure, OutcomeKind.Cancelled),
        };
    }

    // Outer policies that see the exception alone could not tell.
    private Outcome CallersFailure(Exception failure)
    {
        RequestSettings.For(Request).CallersFailure = failure;
        return new(failure, OutcomeKind.ClientError);
    }

    // Apart, as most outcomes come without advice.
    private void NoteAndTell(in Outcome outcome)
    {
        try
        {
            _client.Advisor.Note(this, outcome);
        }
        finally
        {
            _observers.Tell(this, outcome);
        }
    }

    private void Tell(in Outcome outcome)
    {
        if (Outer is { } outer && HasEndedElsewhere)
            outer._redirectedTo = Address;
        if (NotesAdvice && outcome.Advice is not null)
            NoteAndTell(outcome);
        else
            _observers.Tell(this, outcome);
    }
}
