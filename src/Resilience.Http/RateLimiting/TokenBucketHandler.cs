namespace Resilience.Http;

/// <summary>
/// Paces attempts: each takes a permit from the bucket of its partition, waits for its turn, or ends at once in a
/// <see cref="RateLimitedException"/> if that would take too long. Stands inside retry, so that retries are paced too, and outside the attempt
/// timeout, so that waiting does not count as the server's time.
/// </summary>
public sealed class TokenBucketHandler : PolicyHandler, IAttemptObserver
{
    private readonly TokenBuckets _buckets;

    /// <summary>A handler to be used without a container, with buckets of its own.</summary>
    /// <param name="options">How many attempts a second may start, and how long others wait.</param>
    /// <param name="client">Name, clock and chance; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public TokenBucketHandler(TokenBucketOptions options, ClientContext? client = null)
        : this(TokenBucketPolicy.Instance.CreateContext(options, client))
    {
    }

    internal TokenBucketHandler(PolicyContext<TokenBucketOptions> context)
        : base(context.Client) => _buckets = TokenBuckets.Of(context);

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    void IAttemptObserver.OnEnded(in AttemptResult result, object? state, long joinedAt) => _buckets.Observe(state!, result);

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var bucket = _buckets.Of(attempt.Attempt);
        return attempt.Attempt.Settings is { IsBackground: true }
            ? SendInBackgroundAsync(bucket, request, attempt, cancellationToken)
            : SendInTurnAsync(bucket, TimeSpan.Zero, request, attempt, cancellationToken);
    }

    private Task<HttpResponseMessage> SendInTurnAsync(TokenBucket bucket, TimeSpan waited, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var known = attempt.Attempt;
        var cost = bucket.CostOf(request, known.ReachedAt);
        var gate = bucket.GateOf(request.RequestUri, known.ReachedAt);
        if (gate is null && bucket.TryTake(known.ReachedAt, cost))
            return SendPermittedAsync(bucket, cost, request, attempt, cancellationToken);

        var admission = _buckets.TakeAsync(bucket, gate, cost, waited, known, cancellationToken);
        return Admission.RejectionIn(admission) is { } rejection
            ? Reject(_buckets.RejectionBy(bucket, rejection))
            : SendAfterAsync(admission, bucket, cost, request, attempt, cancellationToken);
    }

    private Task<HttpResponseMessage> SendInBackgroundAsync(TokenBucket bucket, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var known = attempt.Attempt;
        var turn = bucket.TurnInBackgroundAsync(known.ReachedAt, bucket.CostOf(request, known.ReachedAt), known.Deadline.At, cancellationToken);
        return Admission.RejectionIn(turn) is { } rejection
            ? Reject(_buckets.RejectionBy(bucket, rejection))
            : SendAfterTurnAsync(turn, bucket, request, attempt, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAfterTurnAsync(Task<Admission> turn, TokenBucket bucket, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var waited = turn.IsCompletedSuccessfully ? TimeSpan.Zero : await WaitAsync(turn, bucket, attempt).ConfigureAwait(false);
        return await SendInTurnAsync(bucket, waited, request, attempt, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAfterAsync(
        Task<Admission> waiting, TokenBucket bucket, PermitCost cost, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        await WaitAsync(waiting, bucket, attempt).ConfigureAwait(false);
        return await SendPermittedAsync(bucket, cost, request, attempt, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TimeSpan> WaitAsync(Task<Admission> waiting, TokenBucket bucket, AttemptContext attempt)
    {
        attempt.Attempt.IsWaiting = true;
        var admission = await waiting.BlockUnless(attempt.IsAsync).ConfigureAwait(false);
        if (!admission.IsGranted)
            throw _buckets.RejectionBy(bucket, admission);

        _buckets.Waited(admission);
        attempt.Attempt.Resume();
        return admission.Wait;
    }

    private Task<HttpResponseMessage> SendPermittedAsync(TokenBucket bucket, in PermitCost cost, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var known = attempt.Attempt;
        known.Join(this, bucket.Further is { IsCorrected: true } further ? new TokenBucketTake(bucket, further, cost) : bucket);
        known.NotesAdvice |= !IsInsideRetry;
        return SendInnerAsync(request, known, cancellationToken);
    }
}
