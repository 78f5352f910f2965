namespace Resilience.Http;

/// <summary>
/// Sends a failed request again when that is safe, waiting longer before each attempt, within the call's deadline and the client's retry
/// budget. Every attempt gets the request as the caller wrote it. A call that is not retried ends at once with what really happened.
/// </summary>
public sealed class RetryHandler : PolicyHandler
{
    private readonly Live<RetryOptions> _options;
    private volatile bool _isLinked;

    /// <summary>A handler to be used without a container, with a retry budget of its own.</summary>
    /// <param name="options">After what, how often and how long apart to try again.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public RetryHandler(RetryOptions options)
        : this(ResilientClient.ByHand(), Live<RetryOptions>.Fixed(options, new RetryOptionsValidator()))
    {
    }

    internal RetryHandler(ResilientClient client, Live<RetryOptions> options)
    {
        (Client, _options) = (client, options);
        Budgets = client.StateOf(() => new RetryBudgets(options, client.Time));
        Telemetry = client.StateOf(() => new RetryTelemetry(client));
    }

    /// <summary>The header of the idempotency keys that the server honours; told by the handler that writes such keys.</summary>
    internal Func<string>? KeyHeader { get; set; }

    internal ResilientClient Client { get; }

    internal RetryOptions Options => _options.Value;

    internal RetryBudgets Budgets { get; }

    internal RetryTelemetry Telemetry { get; }

    /// <summary>Whether one of ours stands behind a handler that does not hand attempts on, so that what they are told does not reach it.</summary>
    internal bool HasForeignHandlerInside { get; private set; }

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        if (!_isLinked)
            LinkInner();

        if (RequestSettings.Of(request) is { RetriesDisabled: true })
            return SendOnceAsync(request, async, cancellationToken);

        return ClientSignals.Activities.HasListeners() || ShouldBuffer(request)
            ? PrepareAndSendAsync(request, async, cancellationToken)
            : SendFirstAsync(request, async, cancellationToken);
    }

    /// <summary>Sends one attempt after another until one is the last. This one has been sent; <paramref name="call"/> is null before one has failed.</summary>
    internal async Task<HttpResponseMessage> RunAsync(Task<HttpResponseMessage> sent, Attempt attempt, RetriedCall? call, CancellationToken cancellationToken)
    {
        while (true)
        {
            await sent.BlockUnless(attempt.IsAsync).Ended;
            await attempt.ReadBodyAsync(sent).BlockUnless(attempt.IsAsync).Ended;
            var outcome = attempt.End(sent);
            if (call is null && outcome.IsSuccess && Options.ResponseBodies is not ResponseBodies.Buffered)
                return Succeed(outcome.Response!, attempt);

            call ??= new(this, attempt);
            if (call.Assess(outcome) is { } stop)
                return call.End(outcome, stop).GetResponse();

            // The transport drains what is left of the body, within bounds of its own, and keeps the connection.
            outcome.Response?.Dispose();
            await Task.Delay(call.Delay, Client.Time, cancellationToken).BlockUnless(attempt.IsAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            attempt.Restart(cancellationToken);
            sent = cancellationToken.IsCancellationRequested
                ? Task.FromCanceled<HttpResponseMessage>(cancellationToken)
                : SendInnerAsync(call.Restore(), attempt.IsAsync, attempt, cancellationToken);
        }
    }

    private bool ShouldBuffer(HttpRequestMessage request) => Options.MaxBufferedRequestBytes > 0 && !RequestBody.CanReplay(request.Content);

    private async Task<HttpResponseMessage> PrepareAndSendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartCall(request);
        if (ShouldBuffer(request))
            RequestSettings.For(request).HasBufferedBody = await RequestBody.TryBufferAsync(request.Content!, Options.MaxBufferedRequestBytes, async, cancellationToken).ConfigureAwait(false);
        return await SendFirstAsync(request, async, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var attempt = Begin(request, async, cancellationToken);
        return attempt.FinishAsync(SendInnerAsync(request, async, attempt, cancellationToken));
    }

    private Task<HttpResponseMessage> SendFirstAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var attempt = Begin(request, async, cancellationToken);
        attempt.Snapshot.Take(request, attempt.Now);
        var sent = SendInnerAsync(request, async, attempt, cancellationToken);
        return Outcome.RefusalIn(sent) is { Kind: OutcomeKind.CircuitOpen or OutcomeKind.RejectedByLimiter }
            ? attempt.EndRefused(sent)
            : RunAsync(sent, attempt, call: null, cancellationToken);
    }

    private HttpResponseMessage Succeed(HttpResponseMessage response, Attempt attempt)
    {
        Budgets.OnSuccess(attempt);
        attempt.Release();
        return response;
    }

    private Attempt Begin(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var attempt = Attempt.Begin(Client, request, async, cancellationToken);
        attempt.NotesAdvice = true;
        return attempt;
    }

    private void LinkInner()
    {
        var (innermost, adjacent) = ((PolicyHandler)this, 0);
        for (var next = InnerHandler; next is PolicyHandler ours; next = ours.SharesAttempt ? ours.InnerHandler : null)
            adjacent++;
        foreach (var inner in Inner)
        {
            inner.IsInsideRetry = true;
            if (inner is AttemptTimeoutHandler or CircuitBreakerHandler)
                innermost = inner;
        }

        innermost.BodyReader = new ResponseBodyReader(Client, _options);
        HasForeignHandlerInside = Inner.Count() > adjacent;
        _isLinked = true;
    }
}
