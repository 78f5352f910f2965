namespace Resilience.Http;

/// <summary>
/// Sends a failed request again when that is safe, waiting longer before each attempt, within the call's deadline and the client's retry
/// budget. Every attempt gets the request as the caller wrote it. A call that is not retried ends at once with what really happened.
/// </summary>
public sealed class RetryHandler : ResilienceHandler
{
    private readonly Live<RetryOptions> _options;
    private readonly RetryBudgets _budgets;
    private readonly RetryTelemetry _telemetry;
    private bool _isLinked;

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
        _budgets = client.StateOf(() => new RetryBudgets(options, client.Time));
        _telemetry = client.StateOf(() => new RetryTelemetry(client));
    }

    /// <summary>The header of the idempotency keys that the server honours; told by the handler that writes such keys.</summary>
    internal Func<string>? KeyHeader { get; set; }

    internal ResilientClient Client { get; }

    internal RetryTelemetry Telemetry => _telemetry;

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        if (!_isLinked)
            LinkInner();
        if (RequestSettings.Of(request) is { RetriesDisabled: true })
            return SendAttemptAsync(request, async, cancellationToken);

        var options = _options.Value;
        return ClientSignals.Activities.HasListeners() || ShouldBuffer(request, options)
            ? PrepareAndSendAsync(request, options, async, cancellationToken)
            : StartAsync(request, async, cancellationToken);
    }

    /// <summary>Tells the inner handlers that do not await it what an attempt came to.</summary>
    internal void Tell(HttpRequestMessage request, in Outcome outcome)
    {
        Client.Advisor.Note(request, outcome);
        foreach (var inner in Inner)
            inner.Observe(request, outcome);
    }

    private static bool ShouldBuffer(HttpRequestMessage request, RetryOptions options)
        => options.MaxBufferedRequestBytes > 0 && !RequestBody.CanReplay(request.Content);

    private async Task<HttpResponseMessage> PrepareAndSendAsync(HttpRequestMessage request, RetryOptions options, bool async, CancellationToken cancellationToken)
    {
        using var activity = _telemetry.StartCall(request);
        if (ShouldBuffer(request, options))
            RequestSettings.For(request).HasBufferedBody = await RequestBody.TryBufferAsync(request.Content!, options.MaxBufferedRequestBytes, async, cancellationToken).ConfigureAwait(false);
        return await StartAsync(request, async, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> StartAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var started = Client.Time.GetTimestamp();
        // Before the attempt: a redirect changes the address.
        var budget = _budgets.Of(request, started);
        var snapshot = RequestSnapshot.Take(request);
        snapshot.Started = started;
        var first = SendAttemptAsync(request, async, cancellationToken);
        if ((first.AsyncState ?? first.Exception?.InnerException) is not ResilienceException { Kind: OutcomeKind.CircuitOpen or OutcomeKind.RateLimited })
            return FinishAsync(first, budget, snapshot, async, cancellationToken);

        // Held back by this client itself: nothing to retry, and shedding must stay cheap.
        snapshot.Release();
        return first;
    }

    private async Task<HttpResponseMessage> FinishAsync(
        Task<HttpResponseMessage> attempt, RetryBudget budget, RequestSnapshot snapshot, bool async, CancellationToken cancellationToken)
    {
        await attempt.BlockUnless(async).Ended;
        if (_options.Value.ResponseBodies is not ResponseBodies.Buffered && Client.Advisor.SilentSuccessIn(attempt) is { } response)
            return Succeed(response, budget, snapshot);

        attempt = JudgeAndFinishAsync(attempt, budget, snapshot, async, cancellationToken);
        await attempt.Ended;
        return Outcome.Of(attempt, cancellationToken).GetResponse();
    }

    // Apart from the above, so that only failures pay for the larger state machine.
    private async Task<HttpResponseMessage> JudgeAndFinishAsync(
        Task<HttpResponseMessage> first, RetryBudget budget, RequestSnapshot snapshot, bool async, CancellationToken cancellationToken)
    {
        var (request, options) = (snapshot.Request, _options.Value);
        var outcome = await Client.Advisor.JudgeAsync(request, first, async, cancellationToken).ConfigureAwait(false);
        if (!outcome.IsSuccess || options.ResponseBodies is ResponseBodies.Buffered)
            return await new RetriedCall(this, options, budget, snapshot, async, cancellationToken).FinishAsync(first, outcome).ConfigureAwait(false);
        if (outcome.Advice is not null)
            TellOfSuccess(request, outcome);

        return Succeed(outcome.Response!, budget, snapshot);
    }

    private static HttpResponseMessage Succeed(HttpResponseMessage response, RetryBudget budget, RequestSnapshot snapshot)
    {
        snapshot.Release();
        budget.OnSuccess();
        return response;
    }

    private void TellOfSuccess(HttpRequestMessage request, in Outcome outcome)
    {
        try
        {
            Tell(request, outcome);
        }
        catch
        {
            outcome.Response!.Dispose();
            throw;
        }
    }

    private void LinkInner()
    {
        ResilienceHandler innermost = this;
        foreach (var inner in Inner)
        {
            inner.IsObserved = true;
            if (inner is AttemptTimeoutHandler or CircuitBreakerHandler)
                innermost = inner;
        }

        innermost.BodyReader = new ResponseBodyReader(_options);
        _isLinked = true;
    }
}
