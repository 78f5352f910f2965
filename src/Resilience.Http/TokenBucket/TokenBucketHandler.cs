namespace Resilience.Http;

/// <summary>
/// Paces attempts: each takes a permit from the bucket of its partition, waits for one in turn, or ends at once in a
/// <see cref="RateLimitedException"/> if that would take too long. Stands inside retry, so that retries are paced too, and outside the attempt
/// timeout, so that waiting does not count as the server's time.
/// </summary>
public sealed class TokenBucketHandler : ResilienceHandler
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

    internal override void Observe(HttpRequestMessage request, in Outcome outcome) => _buckets.Observe(request, outcome);

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var now = _client.Time.GetTimestamp();
        var bucket = _buckets.Of(request, now);
        if (bucket.TryTake(now))
            return SendPermittedAsync(request, async, cancellationToken);

        var admission = bucket.TakeAsync(now, 1, _client.DeadlineOf(request, now) ?? long.MaxValue, cancellationToken);
        return Admission.RefusalIn(admission) is { } refusal
            ? Refuse(_buckets.Refuse(bucket, refusal))
            : SendAfterAsync(admission, bucket, request, async, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAfterAsync(
        Task<Admission> waiting, TokenBucket bucket, HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var admission = await waiting.BlockUnless(async).ConfigureAwait(false);
        if (!admission.IsGranted)
            throw _buckets.Refuse(bucket, admission);

        _buckets.Waited(admission);
        return await SendPermittedAsync(request, async, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendPermittedAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
        => _buckets.ObserveServer && !IsTold(request)
            ? SendAndObserveAsync(request, async, cancellationToken)
            : SendInnerAsync(request, async, cancellationToken);

    private async Task<HttpResponseMessage> SendAndObserveAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var response = await SendInnerAsync(request, async, cancellationToken).ConfigureAwait(false);
        try
        {
            var outcome = await _client.Advisor.JudgeAsync(request, response, async, cancellationToken).ConfigureAwait(false);
            _client.Advisor.Note(request, outcome);
            Observe(request, outcome);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private bool IsTold(HttpRequestMessage request) => IsObserved && RequestSettings.Of(request) is not { RetriesDisabled: true };
}
