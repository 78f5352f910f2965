namespace Resilience.Http;

// How it ends, and who hears of it.
internal sealed partial class Attempt
{
    /// <summary>Ends an attempt whose body has been read, and calls everybody that has joined.</summary>
    public Outcome End(Task<HttpResponseMessage> sent)
    {
        var response = Outcome.ResponseIn(sent);
        var failure = response is null ? Outcome.FailureOf(sent) : FailureOfReading(response);
        HadAnswer |= response is not null;
        failure = _timer.Stop(failure, this);
        TakeOffBody();
        var outcome = failure is null ? Judge(response!) : OutcomeOf(failure);
        HasWaitedElsewhere = IsWaiting || (!outcome.IsSuccess && HasWaitedForBody(outcome));
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
        // It was rejected as it came.
        if (ReachedAt != 0)
            _ended = ReachedAt;
        HasWaitedElsewhere = IsWaiting;
        Tell(OutcomeOf(Outcome.FailureOf(rejected)));
        Release();
        return rejected;
    }

    /// <summary>The response of the last attempt for the caller, its body bounded by the deadline as far as it is still to be buffered.</summary>
    public HttpResponseMessage HandOut(HttpResponseMessage response)
    {
        if ((IsBodyLeft || IsEmptyBodyRead) && Deadline.OfAttempts is { IsKnown: true } deadline)
            response.Content = new DeadlineContent(response.Content, Request, deadline, _client.Time, _caller);
        return response;
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

    private Outcome Judge(HttpResponseMessage response)
        => _reading is Task<Outcome> { IsCompletedSuccessfully: true } judging ? judging.Result : _client.Advisor.Judge(response);

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
        var isOfAnother = failure is ResilienceException ours && !IsAboutThis(ours);
        return _caller switch
        {
            { IsCancellationRequested: false } when Sending is { HasCallerFailed: true } || Failure.IsOfRequest(failure, Request) => CallersFailure(failure),
            { IsCancellationRequested: false } => Outcome.FromException(failure) with { HadAnswer = HadAnswer || isOfAnother, IsOfAnotherClient = ResilienceException.IsOfAnother(failure, Request, _client) },
            _ when !IsWaiting && Deadline.IsOver(Ended) => new(failure, OutcomeKind.Timeout),
            _ => new(failure, OutcomeKind.Cancelled),
        };
    }

    // The innermost attempt is the first to know.
    private bool IsAboutThis(ResilienceException failure)
    {
        if (failure.Subject is null)
            (failure.Subject, failure.Owner) = (Request, _client);
        if (failure.IsOfOneAddress)
            failure.RejectedAt ??= Request.RequestUri;
        return failure.IsAbout(Request);
    }

    // Or else a caller could have a server blamed that had its body at the last moment, or that gave up waiting for it. What ends sooner has not waited.
    private bool HasWaitedForBody(in Outcome outcome)
        => Sending is { CallersTime: var callers } sending
        && outcome switch
        {
            { Exception: null, Kind: not OutcomeKind.Timeout } => false,
            { Exception: not null, Kind: OutcomeKind.Timeout } => true,
            _ => callers >= LeastLate,
        }
        && (sending.WaitsForCaller || 2 * callers > _client.Time.GetElapsedTime(ReachedAt, Ended));

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
        if (Outer is { } outer)
            (outer._leftFor, outer._redirectedTo) = (LeftFor, HasEndedElsewhere ? Address : outer._redirectedTo);
        if (NotesAdvice && outcome.Advice is not null)
            NoteAndTell(outcome);
        else
            _observers.Tell(this, outcome);
    }
}
