using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http;

/// <summary>An attempt that has ended: the request, what it came to, and which of the call's attempts it was.</summary>
public readonly record struct AttemptResult
{
    private readonly Outcome _outcome;
    private readonly Uri? _address;
    private readonly bool _wasBodyCutOff;

    /// <summary>A result made for a test of one's own rules.</summary>
    /// <param name="request">The request that was sent.</param>
    /// <param name="outcome">What the attempt came to.</param>
    /// <param name="attempt">The number of the attempt; 1 for the first.</param>
    public AttemptResult(HttpRequestMessage request, Outcome outcome, int attempt = 1)
        => (Request, _outcome, Attempt) = (request, outcome, attempt);

    internal AttemptResult(Attempt attempt, in Outcome outcome)
    {
        // One by one, the outcome last: every attempt gets here, a tuple would copy it twice, and it has only just been written.
        Request = attempt.Request;
        Attempt = attempt.Number;
        SentAt = attempt.ReachedAt;
        EndedAt = attempt.Ended;
        IsBodyLeft = attempt.IsBodyLeft;
        _address = attempt.Address;
        HasWaitedElsewhere = attempt.HasWaitedElsewhere;
        HasEndedElsewhere = attempt.HasEndedElsewhere;
        WasRedirected = attempt.RedirectedBy is not null;
        if (attempt.Sending is { } sending)
            (CallersTime, _wasBodyCutOff) = (sending.CallersTime, sending.HasWireEnded);
        _outcome = outcome;
    }

    /// <summary>The request, as the handlers and redirects have left it.</summary>
    public HttpRequestMessage Request { get; }

    /// <summary>Where the attempt has ended: at the target of its redirects, also where an inner handler has put the request's address back.</summary>
    public Uri? Address => _address ?? Request.RequestUri;

    /// <summary>
    /// Whether a redirect has led it to another authority, so that a server chose <see cref="Address"/>. What is kept for each authority needs a bound for those, since whoever
    /// redirects names as many as he likes.
    /// </summary>
    public bool WasRedirected { get; }

    /// <summary>
    /// Whether the connection ended while the request's body was being sent. The server may have refused that body, a large one for example, with an answer that
    /// nobody could read any more.
    /// </summary>
    public bool WasBodyCutOff => _wasBodyCutOff && _outcome.Kind is OutcomeKind.ConnectionFailed;

    /// <summary>What the attempt came to.</summary>
    public Outcome Outcome => _outcome;

    /// <summary>The number of the attempt: 1 for the first of a call.</summary>
    public int Attempt { get; }

    /// <summary>When the request was sent, waits for permits over, as a timestamp of the client's clock.</summary>
    public long SentAt { get; }

    /// <summary>When the attempt ended, as a timestamp of the client's clock.</summary>
    public long EndedAt { get; }

    /// <summary>The outcome without a copy.</summary>
    [UnscopedRef]
    internal ref readonly Outcome Result => ref _outcome;

    /// <summary>Whether it has ended at another authority than retry had sent it to: a redirect has led it there, or a policy that chooses addresses.</summary>
    internal bool HasEndedElsewhere { get; }

    /// <summary>Whether its time went into waiting for something that is not the server's.</summary>
    internal bool HasWaitedElsewhere { get; }

    /// <summary>For how long the bytes of the request's body were waited for.</summary>
    internal TimeSpan CallersTime { get; }

    /// <summary>Whether the response has a body that nobody has read yet.</summary>
    internal bool IsBodyLeft { get; }

    /// <summary>
    /// The body of the response, for one that tells what the attempt has cost. It is there if it was read within the attempt, as retry reads those of successes that it could
    /// repeat, up to <see cref="RetryOptions.MaxBufferedResponseBytes"/>; a body that streams is left to the caller.
    /// </summary>
    /// <returns>A copy; empty if there is no body, or it is still to be read.</returns>
    public byte[] ReadBody()
    {
        if (IsBodyLeft || _outcome.Response is not { } response)
            return [];

        using var body = new MemoryStream();
        response.Content.CopyTo(body, context: null, CancellationToken.None);
        return body.ToArray();
    }

    /// <summary>
    /// For a policy that limits what is under way: calls back, once, when the response's body has been read to its end or is disposed; at once if there is
    /// none or it has been read. To be called in <see cref="IAttemptObserver.OnEnded"/>.
    /// </summary>
    /// <param name="callback">What is called; it must not throw.</param>
    /// <param name="state">What it is called with.</param>
    public void OnBodyEnded(Action<object?> callback, object? state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (IsBodyLeft && _outcome.Response is { } response)
            response.Content = new WatchedContent(response.Content, callback, state);
        else
            callback(state);
    }

    /// <summary>Which attempt, and what it came to. Nothing of the request, whose address and headers hold secrets.</summary>
    /// <returns>Such as <c>attempt 2: Throttled (429)</c>.</returns>
    public override string ToString() => $"attempt {Attempt}: {_outcome}";
}
