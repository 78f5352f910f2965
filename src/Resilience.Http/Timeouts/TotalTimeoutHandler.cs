namespace Resilience.Http;

/// <summary>
/// Sets the deadline of a call: the earliest of <see cref="TotalTimeoutOptions.Timeout"/>, the request's <c>SetTimeout</c> and the timeout that was
/// registered for the <see cref="HttpClient"/>. At the deadline the call ends in a <see cref="TotalTimeoutException"/>. The outermost handler of
/// every resilient client. It needs a timer of its own only if an inner handler may wait without knowing the deadline.
/// </summary>
public sealed class TotalTimeoutHandler : PolicyHandler, IAttemptLimit
{
    private readonly PolicyContext<TotalTimeoutOptions>? _context;
    private readonly ResilientClientOptions? _chain;
    private readonly Limit _endedByAttempts;
    private readonly Limit _endedByTimer;
    private readonly Limit _endedByHttpClient;
    private bool _needsTimer;
    private bool _isTokenFree;
    private bool _hasForeignHandlerInside;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="options">How long a call may take.</param>
    /// <param name="client">Name and clock; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public TotalTimeoutHandler(TotalTimeoutOptions options, ClientContext? client = null)
        : this(TotalTimeoutPolicy.Instance.CreateContext(options, client))
    {
    }

    internal TotalTimeoutHandler(ResilientClient client)
        : this(client.Context, client.FindContext(TotalTimeoutPolicy.Instance)) => _chain = client.Chain;

    private TotalTimeoutHandler(PolicyContext<TotalTimeoutOptions> context)
        : this(context.Client, context)
    {
    }

    private TotalTimeoutHandler(ClientContext client, PolicyContext<TotalTimeoutOptions>? context)
        : base(client, takesPartInAttempts: false)
    {
        _context = context;
        _endedByAttempts = new(this, isEnforcedElsewhere: false, isOurs: true);
        _endedByTimer = new(this, isEnforcedElsewhere: true, isOurs: true);
        _endedByHttpClient = new(this, isEnforcedElsewhere: true, isOurs: false);
    }

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    Exception IAttemptLimit.TimedOut(TimeSpan timeout, Exception cause) => new TotalTimeoutException(Client.Name, timeout, cause);

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var (call, settings) = (attempt.Attempt, attempt.Attempt.Settings);
        if (settings?.Need is { } need && _chain?.Has(need.Policy) is false)
            return Reject(need.Missing(Client.Name));

        var (ours, outer) = (TimeoutOf(settings), Client.HttpClient.Timeout);
        (call.ReachedAt, call.Deadline) = (Client.Time.GetTimestamp(), default);
        var isOuterFirst = outer > TimeSpan.Zero && !(ours < outer);
        if (ours is null && !isOuterFirst)
            return SendInnerAsync(request, call, cancellationToken);

        var end = ours is { } timeout ? call.ReachedAt + Client.Time.ToTimestampUnits(timeout) : long.MaxValue;
        // Our own ends the call in any case: something else than an HttpClient may be what sends it.
        call.Deadline = isOuterFirst ? new(call.ReachedAt + Client.Time.ToTimestampUnits(outer), _endedByHttpClient, end) : new(end, _endedByAttempts, end);
        var elsewhere = isOuterFirst ? _endedByHttpClient : _endedByTimer;
        if (_hasForeignHandlerInside)
            RequestSettings.For(request).Deadline = call.Deadline.EndedBy(elsewhere);
        return _needsTimer && ours is not null
            ? SendWithinAsync(request, call, ours.Value, elsewhere, cancellationToken)
            : SendInnerAsync(request, call, cancellationToken);
    }

    // An attempt timeout sets a timer for every attempt anyway. The handlers outside it must end their waits in time.
    private protected override void Join()
    {
        var (adjacent, needsTimer, obeys) = (0, true, true);
        for (var next = InnerHandler; next is PolicyHandler ours; next = ours.InnerHandler)
        {
            adjacent++;
            obeys &= ours.ObeysDeadline;
            needsTimer &= !(obeys && ours is AttemptTimeoutHandler);
        }

        (_needsTimer, _hasForeignHandlerInside) = (needsTimer, InnerPolicies.Count() > adjacent);
        _isTokenFree = KnownHandlers.Follow(InnerHandler);
    }

    private TimeSpan? TimeoutOf(RequestSettings? settings)
    {
        var ours = _context?.Options.Timeout;
        return settings?.Timeout is { } own && !(ours < own) ? own : ours;
    }

    // As one attempt around all of them: it brings a pooled timer, and bounds a body that is still to be buffered.
    private Task<HttpResponseMessage> SendWithinAsync(HttpRequestMessage request, Attempt call, TimeSpan timeout, CallLimit elsewhere, CancellationToken cancellationToken)
    {
        var whole = call.Again().Begin(Client, number: 1, cancellationToken);
        call.Deadline = whole.Deadline.EndedBy(elsewhere);
        return whole.FinishAsync(SendInnerAsync(request, call, whole.Limit(timeout, this, _isTokenFree, cancellationToken)));
    }

    /// <summary>Who ends the calls of this handler.</summary>
    private sealed class Limit(TotalTimeoutHandler handler, bool isEnforcedElsewhere, bool isOurs)
        : CallLimit(handler.Client.Time, isEnforcedElsewhere, isOurs ? TimeSpan.Zero : HeadStartOfHttpClient)
    {
        private static readonly TimeSpan HeadStartOfHttpClient = TimeSpan.FromMilliseconds(50);

        public override Exception TimedOut(HttpRequestMessage request, Exception cause)
        {
            if (cause is TotalTimeoutException)
                return cause;

            var settings = RequestSettings.Of(request);
            return new TotalTimeoutException(handler.Client.Name, handler.TimeoutOf(settings).GetValueOrDefault(), cause) { Attempts = Math.Max(settings?.Attempts ?? 0, 1) };
        }
    }
}
