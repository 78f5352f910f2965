namespace Resilience.Http;

// What handlers do with it while it is under way, from sending to reading.
internal sealed partial class Attempt
{
    private static readonly TimeSpan LongestUpload = TimeSpan.FromSeconds(10);

    /// <summary>Goes on after a policy has held it back: from now on it is the server that takes its time.</summary>
    public void Resume() => (IsWaiting, ReachedAt) = (false, _client.Time.GetTimestamp());

    /// <summary><see cref="ReachedAt"/>, after a look at the clock if nobody has looked before.</summary>
    public long ReachedNow() => ReachedAt is not 0 and var known ? known : ReachedAt = _client.Time.GetTimestamp();

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

    /// <summary>Whether the request was rejected at another address than it was sent to, or one of several: a handler between chose that one, and may choose another.</summary>
    public bool WasRejectedElsewhere(ResilienceException rejection)
        => rejection.IsAbout(Request) && (HasAlternative || (rejection.RejectedAt is { } address && !ReferenceEquals(address, _sentTo) && PartitionKey.OfAuthority(address) != PartitionKey.OfAuthority(_sentTo)));

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
    public void Prepare(long limit) => (_sentTo, _body) = (Request.RequestUri, RequestBody.Watch(Request, Settings, limit, _body, _client));

    /// <summary>
    /// To be called for a request that must not arrive twice. Where a pooled connection closes, SocketsHttpHandler sends one without a content again of
    /// itself, on a new connection; if that is refused, its exception says that the server never saw the request. One with an empty content is the same
    /// on the wire (Content-Length: 0), and is sent once.
    /// </summary>
    public void SendOnce()
    {
        if (Request.Content is null && Request.Method != HttpMethod.Connect)
            Request.Content = _empty = RequestBody.Empty();
    }

    /// <summary>To be called where the request leaves the last policy: notes where for.</summary>
    public void Leave()
    {
        if (!ReferenceEquals(Request.RequestUri, _sentTo) && IsUnderWay)
            _leftFor = Request.RequestUri;
    }

    /// <summary>
    /// Waits until nobody reads the body any more: an upload may go on for a while when its attempt has ended. Until the deadline, as its source may stall; or a while,
    /// where somebody else ends the call, or nobody; or hardly, where there is an answer, which would else be kept back.
    /// </summary>
    public Task UploadAsync(bool hasAnswer, CancellationToken cancellationToken)
        => IsUploading ? WaitAsync(Body!.LastSending!.Sending, hasAnswer ? BodyWriter.LongestSettling : LongestWithoutAnswer, cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// Waits until it is known whether there is a copy of the body: an attempt may end before the transport takes its hands off the content. Not for long, as a transport
    /// that has an answer may go on sending for it.
    /// </summary>
    public Task SettleAsync(CancellationToken cancellationToken)
        => IsSettling ? WaitAsync(Body!.LastSending!.Settled, BodyWriter.LongestSettling, cancellationToken) : Task.CompletedTask;

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

    private Task ReadAsync(HttpResponseMessage response, IBodyReader? reader, CancellationToken cancellationToken)
    {
        if (_client.Advisor.ReadsBodyOf(Request, response))
            return ReadAdviceAsync(response, reader, cancellationToken);

        if (reader?.ReadAsync(this, response, cancellationToken) is { } reading)
            return reading;

        LeaveBody(response);
        return Task.CompletedTask;
    }

    private async Task<Outcome> ReadAdviceAsync(HttpResponseMessage response, IBodyReader? reader, CancellationToken cancellationToken)
    {
        var outcome = await JudgeAsync(response, cancellationToken).ConfigureAwait(false);
        var reading = outcome.IsSuccess ? reader?.ReadAsync(this, response, cancellationToken) : null;
        if (reading is not null)
            await reading.BlockUnless(IsAsync).ConfigureAwait(false);
        else
            LeaveBody(response);
        return outcome;
    }

    private void LeaveBody(HttpResponseMessage response)
    {
        IsBodyLeft = BodyRules.MayBeRead(response);
        IsEmptyBodyRead = !IsBodyLeft && BodyRules.IsReadAllTheSame(response);
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

    private TimeSpan LongestWithoutAnswer => Deadline.IsEnforcedByAttempts ? TimeSpan.MaxValue : LongestUpload;

    private Task WaitAsync(Task task, TimeSpan longest, CancellationToken cancellationToken)
    {
        var left = Deadline.Left(_client.Time.GetTimestamp());
        // Timers count whole milliseconds, and cut off the rest.
        return task.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling((left < longest ? left : longest).TotalMilliseconds), 0)), _client.Time, cancellationToken);
    }

    private void TakeOffBody()
    {
        _body?.TakeOff(Request);
        if (_empty is not null)
            RequestBody.Replace(Request, _empty, null);
    }
}
