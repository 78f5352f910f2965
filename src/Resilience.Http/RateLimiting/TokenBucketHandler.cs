namespace Resilience.Http;

/// <summary>
/// Paces attempts: each takes a permit from the bucket of its partition, waits for one in turn, or ends at once in a
/// <see cref="RateLimitedException"/> if that would take too long. Stands inside retry, so that retries are paced too, and outside the attempt
/// timeout, so that waiting does not count as the server's time.
/// </summary>
public sealed class TokenBucketHandler : PolicyHandler, IAttemptObserver
{
    private readonly ResilientClient _client;
    private readonly TokenBuckets _buckets;

    /// <summary>A handler to be used without a container, with buckets of its own.</summary>
    /// <param name="options">How many attempts a second may start, and how long others wait.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of bounds.</exception>
    public TokenBucketHandler(TokenBucketOptions options)
        : this(ResilientClient.ByHand(), Live<TokenBucketOptions>.Fixed(options, new TokenBucketOptionsValidator()))
    {
    }

    internal TokenBucketHandler(ResilientClient client, Live<TokenBucketOptions> options)
        => (_client, _buckets) = (client, client.StateOf(() => new TokenBuckets(client, options)));

    void IAttemptObserver.OnEnded(Attempt attempt, in Outcome outcome, object? state, long since) => _buckets.Observe(attempt.Request, outcome);

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        if (attempt is null)
            return SendAsAttemptAsync(_client, request, async, cancellationToken);

        var (now, bucket) = (attempt.Now, _buckets.Of(request, attempt.Now));
        if (bucket.TryTake(now))
            return SendPermittedAsync(request, async, attempt, cancellationToken);

        var deadline = attempt.Deadline ?? _client.DeadlineOf(request, now) ?? long.MaxValue;
        var admission = bucket.TakeAsync(now, 1, deadline, cancellationToken);
        return Admission.RefusalIn(admission) is { } refusal
            ? Refuse(_buckets.Refuse(bucket, refusal))
            : SendAfterAsync(admission, bucket, request, async, attempt, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAfterAsync(
        Task<Admission> waiting, TokenBucket bucket, HttpRequestMessage request, bool async, Attempt attempt, CancellationToken cancellationToken)
    {
        var admission = await waiting.BlockUnless(async).ConfigureAwait(false);
        if (!admission.IsGranted)
            throw _buckets.Refuse(bucket, admission);

        _buckets.Waited(admission);
        attempt.Now = _client.Time.GetTimestamp();
        return await SendPermittedAsync(request, async, attempt, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendPermittedAsync(HttpRequestMessage request, bool async, Attempt attempt, CancellationToken cancellationToken)
    {
        attempt.Add(this);
        attempt.NotesAdvice |= !IsInsideRetry;
        return SendInnerAsync(request, async, attempt, cancellationToken);
    }
}
