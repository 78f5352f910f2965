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
            : SendAsync(request, options, async, cancellationToken);
    }

    /// <summary>One attempt. Its body is read here if no handler further in does that.</summary>
    internal Task<HttpResponseMessage> SendAttemptAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
        => BodyReader is { } reader
            ? reader.ReadAsync(SendInnerAsync(request, async, cancellationToken), async, cancellationToken)
            : SendInnerAsync(request, async, cancellationToken);

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
        return await SendAsync(request, options, async, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, RetryOptions options, bool async, CancellationToken cancellationToken)
    {
        var started = Client.Time.GetTimestamp();
        // Before the attempt: a redirect changes the address.
        var budget = _budgets.Of(request, started);
        var snapshot = RequestSnapshot.Take(request);
        var first = SendAttemptAsync(request, async, cancellationToken);
        if (first.Exception?.InnerException is not ResilienceException { Kind: OutcomeKind.CircuitOpen or OutcomeKind.RateLimited })
            return FinishAsync(first, request, options, budget, snapshot, started, async, cancellationToken);

        // Held back by this client itself: nothing to retry, and shedding must stay cheap.
        snapshot.Release();
        return first;
    }

    private async Task<HttpResponseMessage> FinishAsync(
        Task<HttpResponseMessage> first, HttpRequestMessage request, RetryOptions options, RetryBudget budget, RequestSnapshot snapshot, long started, bool async, CancellationToken cancellationToken)
    {
        await ((Task)first.BlockUnless(async)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var outcome = await Client.Advisor.JudgeAsync(request, first, async, cancellationToken).ConfigureAwait(false);
        if (!outcome.IsSuccess || options.ResponseBodies is ResponseBodies.Buffered)
            return await new RetriedCall(this, request, options, budget, snapshot, started, async, cancellationToken).FinishAsync(first, outcome).ConfigureAwait(false);
        if (outcome.Advice is not null)
            TellOfSuccess(request, outcome);

        snapshot.Release();
        budget.OnSuccess();
        return outcome.Response!;
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
