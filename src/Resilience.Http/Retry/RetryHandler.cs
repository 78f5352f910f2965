namespace Resilience.Http;

/// <summary>
/// Sends a failed request again when that is safe, waiting longer before each attempt, within the call's deadline and the client's retry
/// budget. Every attempt gets the request as the caller wrote it. A call that is not retried ends at once with what really happened.
/// </summary>
public sealed partial class RetryHandler : PolicyHandler
{
    private readonly PolicyContext<RetryOptions> _context;
    private readonly ResponseBodyReader _bodies;

    /// <summary>A handler to be used without a container, with a retry budget of its own.</summary>
    /// <param name="options">After what, how often and how long apart to try again.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public RetryHandler(RetryOptions options, ClientContext? client = null)
        : this(RetryPolicy.Instance.CreateContext(options, client))
    {
    }

    internal RetryHandler(PolicyContext<RetryOptions> context)
        : base(context.Client, takesPartInAttempts: false)
    {
        _context = context;
        _bodies = new(this);
        Budgets = context.State(() => new RetryBudgets(context.Live, context.Client.Time));
        Telemetry = context.State(() => new RetryTelemetry(context.Client));
    }

    internal new ClientContext Client => base.Client;

    internal RetryOptions Options => _context.Options;

    internal RetryBudgets Budgets { get; }

    internal RetryTelemetry Telemetry { get; }

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    internal override bool WantsAddressesInside => true;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        if (attempt.Attempt.Settings is { RetriesDisabled: true })
            return SendOnceAsync(request, attempt, cancellationToken);

        return ClientSignals.Activities.HasListeners()
            ? SendTracedAsync(request, attempt, cancellationToken)
            : SendFirstAsync(request, attempt, cancellationToken);
    }

    /// <summary>Sends one attempt after another until one is the last. This one has been sent; <paramref name="call"/> is null before one has failed.</summary>
    internal async Task<HttpResponseMessage> RunAsync(Task<HttpResponseMessage> sent, Attempt attempt, RetriedCall? call, CancellationToken cancellationToken)
    {
        while (true)
        {
            await sent.BlockUnless(attempt.IsAsync).Ended;
            await attempt.ReadAsync(sent, _bodies).BlockUnless(attempt.IsAsync).Ended;
            var outcome = attempt.End(sent);
            if (call is null && outcome.IsSuccess && Options.ResponseBodies is not ResponseBodies.Buffered)
                return Succeed(outcome.Response!, attempt);

            // The call keeps the outcome over the waits: kept here, it would make every call larger.
            call ??= new(this, attempt);
            if (call.IsAboutKey(outcome))
                await call.ReadAnswerAsync(cancellationToken).BlockUnless(attempt.IsAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (call.Assess() is { } final)
                return call.End(final).GetResponse();

            await call.SettleAsync(cancellationToken).BlockUnless(attempt.IsAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (call.Schedule() is { } stop)
                return call.End(stop).GetResponse();

            call.DropResponse();
            await Task.Delay(call.Delay, Client.Time, cancellationToken).BlockUnless(attempt.IsAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await call.UploadAsync(cancellationToken).BlockUnless(attempt.IsAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (call.IsLeftWithAnswer(cancellationToken))
                return call.EndUnsent().GetResponse();

            sent = call.BeginNext(cancellationToken) is { } request ? SendInnerAsync(request, attempt, cancellationToken) : call.NotSent(cancellationToken);
        }
    }

    /// <summary>Prepares an attempt whose body may have to be sent again.</summary>
    internal static void Prepare(Attempt attempt, RetryOptions options) => Prepare(attempt, options.MaxRetries > 0 ? options.MaxBufferedRequestBytes : 0);

    private protected override void Join()
    {
        foreach (var inner in InnerPolicies)
            inner.IsInsideRetry = true;
    }

    private static void Prepare(Attempt attempt, long limit)
    {
        if (!RetryRules.IsIdempotent(attempt.Request.Method))
            attempt.SendOnce();
        attempt.Prepare(limit);
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, AttemptContext call, CancellationToken cancellationToken)
    {
        var attempt = Begin(call, cancellationToken);
        Prepare(attempt, limit: 0);
        return attempt.FinishAsync(SendInnerAsync(request, attempt, cancellationToken));
    }

    private Task<HttpResponseMessage> SendFirstAsync(HttpRequestMessage request, AttemptContext call, CancellationToken cancellationToken)
    {
        var (attempt, options) = (Begin(call, cancellationToken), Options);
        attempt.Snapshot.Take(request, attempt.ReachedAt);
        if (options.IsRepeatable is { } isRepeatable && !RetryRules.IsIdempotent(request.Method))
            attempt.Snapshot.IsRepeatable = isRepeatable(request);
        if (options.Budget is { PartitionBy: { } partitionBy })
            attempt.Snapshot.BudgetPartition = partitionBy(request);
        Prepare(attempt, options);
        var sent = SendInnerAsync(request, attempt, cancellationToken);
        return Rejection.In(sent) is { Kind.IsRejection: true } rejection && !attempt.WasRejectedElsewhere(rejection)
            ? attempt.EndRejected(sent)
            : RunAsync(sent, attempt, call: null, cancellationToken);
    }

    private HttpResponseMessage Succeed(HttpResponseMessage response, Attempt attempt)
    {
        Budgets.OnSuccess(attempt);
        attempt.HandOut(response);
        attempt.Release();
        return response;
    }

    private Attempt Begin(AttemptContext call, CancellationToken cancellationToken)
    {
        var attempt = call.Attempt.Begin(Client, number: 1, cancellationToken);
        attempt.NotesAdvice = true;
        return attempt;
    }
}
