namespace Resilience.Http;

/// <summary>The buckets of one client, one per partition. Belongs to the client, so that it outlives the handlers.</summary>
internal sealed class TokenBuckets
{
    private readonly ClientContext _client;
    private readonly Live<TokenBucketOptions> _options;
    private readonly Pacing _pacing;
    private readonly Partitions<TokenBucket> _partitions;
    private readonly TokenBucketTelemetry _telemetry;

    public TokenBuckets(ClientContext client, Live<TokenBucketOptions> options)
    {
        (_client, _options, _pacing) = (client, options, new(options, client.Time));
        _partitions = new(key => new(key, _pacing), client.Time);
        _telemetry = new(client);
    }

    public IReadOnlyCollection<TokenBucketStatus> All => [.. _partitions.All.Select(bucket => bucket.Status)];

    public TokenBucket Of(Attempt attempt)
    {
        var options = _options.Value;
        return _partitions.Get(PartitionKey.OfClient(attempt, options.PartitionBy), attempt.ReachedAt, options.MaxPartitions, options.IdleEviction);
    }

    public RateLimitedException RejectionBy(TokenBucket bucket, Admission rejection)
    {
        var reason = rejection.Rejection.GetValueOrDefault();
        _telemetry.Rejected(reason);
        return new(_client.Name, bucket.Key.ToString(), reason, rejection.Wait) { Cause = bucket.Causes[(int)reason] };
    }

    public void Waited(Admission admission) => _telemetry.Waited(admission.Wait);

    /// <summary>Pauses the bucket of a request if the server asked for that (RFC 9110 §10.2.3, RFC 6585 §4), or if its quota is used up.</summary>
    public void Observe(TokenBucket bucket, in Outcome outcome)
    {
        var options = _options.Value;
        if (!options.ObeyServerLimits || outcome is { IsSuccess: true, Advice: null })
            return;

        var now = _client.Time.GetTimestamp();
        if (PauseAfter(outcome) is { } advised)
            Pause(bucket, now, advised < options.MaxServerPause ? advised : options.MaxServerPause, outcome);
        else if (options.SpreadServerQuota && outcome.Advice is { Remaining: > 0 and var left, Reset: { } reset })
            bucket.Spread(left, now + _pacing.Ticks(reset), _pacing.Ticks(options.MaxServerPause));
    }

    private void Pause(TokenBucket bucket, long now, TimeSpan pause, in Outcome outcome)
    {
        if (!bucket.Pause(now + _pacing.Ticks(pause)))
            return;

        _telemetry.Paused(bucket.Key, pause, outcome);
        _client.Publish(new TokenBucketPause(_client, bucket.Key, pause));
    }

    // On any other status, Retry-After is not about limits: a redirect, a long-running operation.
    private static TimeSpan? PauseAfter(in Outcome outcome) => outcome switch
    {
        { Kind: OutcomeKind.Throttled or OutcomeKind.Unavailable } => outcome.Advice?.Delay,
        { Advice: { IsExhausted: true } advice } => advice.Reset,
        _ => null,
    };
}
