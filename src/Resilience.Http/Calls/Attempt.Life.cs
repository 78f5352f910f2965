namespace Resilience.Http;

// From the pool to the call, from attempt to attempt, and back.
internal sealed partial class Attempt
{
    /// <summary>For a call that enters a chain. What outer handlers of ours, beyond a foreign one, have said about it is known.</summary>
    public static Attempt Of(ClientContext client, HttpRequestMessage request, bool async)
    {
        var attempt = Take(client, request, async);
        if (attempt.Settings is { } settings)
            attempt.ComeFrom(settings);
        return attempt;
    }

    /// <summary>To be called where the call enters the outermost handler: what an earlier call has left on the message is none of this one's.</summary>
    /// <param name="entrance">That handler.</param>
    public void BeginCall(PolicyHandler entrance)
    {
        Settings?.BeginCall(Request, entrance);
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
        Restart(number, ReachedNow(), caller);
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

    /// <summary>To be called once, at the end of the call: then it is another's.</summary>
    public void Release()
    {
        var isPooled = _client.Time == TimeProvider.System;
        Version++;
        TakeOffBody();
        _body?.End(Request);
        (_body, _empty, _sentTo, _leftFor, _redirectedTo, _outer) = (null, null, null, null, null, default);
        Snapshot.Clear();
        (_client, Request, Settings, _caller, Deadline, Number) = (null!, null!, null, default, default, 0);
        if (_reading != Task.CompletedTask)
            _reading = Task.CompletedTask;
        (NotesAdvice, IsBodyLeft, IsEmptyBodyRead, HasWaitedElsewhere, HadAnswer) = (false, false, false, false, false);
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
        (IsBodyLeft, IsEmptyBodyRead) = (false, false);
        if (_redirectedTo is not null || _leftFor is not null)
            (_redirectedTo, _leftFor) = (null, null);
    }
}
