namespace Resilience.Http;

/// <summary>What one request asks for, and what the handlers of its call pass to each other across foreign ones. Made when it is needed.</summary>
internal sealed class RequestSettings
{
    private static readonly HttpRequestOptionsKey<RequestSettings> Key = new("Resilience.Http");

    private ClientContext? _keyMaker;
    private string? _keyHeader;
    private string? _madeKey;
    private Task? _callOfKey;

    public string? IdempotencyKey { get; set; }

    public string? Partition { get; set; }

    public TimeSpan? Timeout { get; set; }

    /// <summary>Whether the request gives way to others.</summary>
    public bool IsBackground { get; set; }

    public bool RetriesDisabled { get; set; }

    /// <summary>Whether sending the request again has the effect of sending it once, though its method does not say so.</summary>
    public bool IsRepeatable { get; set; }

    public ContentFactory? ContentFactory { get; set; }

    /// <summary>What the request asks for that only one policy can do; null if nothing.</summary>
    public PolicyNeed? Need { get; set; }

    /// <summary>By when the call must have ended, where a foreign handler stands between those of ours.</summary>
    public Deadline Deadline { get; set; }

    /// <summary>The attempt of outer handlers of ours, where a foreign handler stands between: what inner ones see, it cannot.</summary>
    public AttemptContext Outer { get; set; }

    /// <summary>What service discovery made of the address; null without it.</summary>
    public DiscoveredAddress? Discovered { get; set; }

    /// <summary>The attempts that the call has begun.</summary>
    public int Attempts { get; set; }

    /// <summary>What the policy that made the attempts has to say about the call.</summary>
    public object? Report { get; set; }

    /// <summary>How often the request was sent before the attempt under way; an attempt that was rejected was not sent.</summary>
    public int Resends { get; set; }

    /// <summary>Whether the metrics of the next attempt that reaches the transport will be numbered.</summary>
    public bool IsResendCounted { get; set; }

    /// <summary>Whether the call was sent again with another access token.</summary>
    public bool HasReplayedToken { get; set; }

    /// <summary>What the call failed with that was the fault of its own request, of a body that broke while it was sent for example.</summary>
    public Exception? CallersFailure { get; set; }

    /// <summary>What was made of a response by reading its body, so that no outer handler reads it again.</summary>
    public Outcome? Judged { get; set; }

    /// <summary>The settings of a request; null if it has none.</summary>
    public static RequestSettings? Of(HttpRequestMessage request)
        => request.Options.TryGetValue(Key, out var settings) ? settings : null;

    /// <summary>The settings of a request, made if it has none.</summary>
    public static RequestSettings For(HttpRequestMessage request)
    {
        if (Of(request) is { } existing)
            return existing;

        var settings = new RequestSettings();
        request.Options.Set(Key, settings);
        return settings;
    }

    public static Deadline DeadlineOf(HttpRequestMessage request) => Of(request)?.Deadline ?? default;

    /// <summary>The number of the attempt under way.</summary>
    public static int AttemptOf(HttpRequestMessage request) => Of(request) is { Attempts: > 0 and var attempt } ? attempt : 1;

    /// <summary>What was made of this response; null if that was another or none.</summary>
    public Outcome? JudgmentOf(HttpResponseMessage response)
        => Judged is { } judged && ReferenceEquals(judged.Response, response) ? judged : null;

    /// <summary>Notes the key that a client has made for the call, as it stands in its header. There it stays, so that it can be told afterwards.</summary>
    public void MakeKey(string header, string? key, ClientContext client) => (_keyHeader, _madeKey, _keyMaker, _callOfKey) = (header, key, client, null);

    /// <summary>Forgets what a call before this one has left, as a message may be sent again.</summary>
    /// <param name="request">The request.</param>
    /// <param name="entrance">The handler that the call enters.</param>
    public void BeginCall(HttpRequestMessage request, PolicyHandler entrance)
    {
        ContentFactory?.BeginCall(request);
        // Else it is the key of a call under way, which a handler of others passes on to another client.
        if (_madeKey is not null && (_callOfKey is { IsCompleted: true } || entrance.IsOf(_keyMaker)))
            TakeKeyOff(request);
        (Deadline, Outer, Discovered, Attempts, Judged, CallersFailure) = (default, default, null, 0, null, null);
        (Report, Resends, HasReplayedToken) = (null, 0, false);
    }

    /// <summary>Takes down the call that has entered a client: when it has ended, a key that was made for it is no other call's.</summary>
    public void NoteCall(Task call, PolicyHandler entrance)
    {
        if (_madeKey is not null && entrance.IsOf(_keyMaker))
            _callOfKey = call;
    }

    private void TakeKeyOff(HttpRequestMessage request)
    {
        if (request.Headers.NonValidated.TryGetValues(_keyHeader!, out var written) && written.ToString() == _madeKey)
            request.Headers.Remove(_keyHeader!);
        (_madeKey, _callOfKey) = (null, null);
    }
}
