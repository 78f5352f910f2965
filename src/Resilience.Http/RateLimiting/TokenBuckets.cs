namespace Resilience.Http;

/// <summary>The buckets of one client, one per partition. Belongs to the client, so that it outlives the handlers.</summary>
internal sealed class TokenBuckets
{
    private readonly ClientContext _client;
    private readonly Live<TokenBucketOptions> _options;
    private readonly Pacing _pacing;
    private readonly Partitions<TokenBucket> _partitions;
    private readonly TokenBucketTelemetry _telemetry;

    private TokenBuckets(PolicyContext<TokenBucketOptions> context)
    {
        (_client, _options) = (context.Client, context.Live);
        (_pacing, _telemetry) = (new(_options, _client.Time), new(_client));
        var source = QuotaSource.Of((IQuotaProvider?)context.Services?.GetService(typeof(IQuotaProvider)), _client.Name, _telemetry);
        _partitions = new(key => new(key, _pacing.Of(key, source)), _client.Time);
        context.OnChange(_ => FollowOptions());
    }

    public static TokenBuckets Of(PolicyContext<TokenBucketOptions> context) => context.State(() => new TokenBuckets(context));

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

    /// <summary>Takes a permit, after one of the gate if there is one.</summary>
    public Task<Admission> TakeAsync(TokenBucket bucket, ServerGate? gate, in PermitCost cost, TimeSpan waited, Attempt attempt, CancellationToken cancellationToken)
    {
        var (now, deadline) = (attempt.ReachedAt, attempt.Deadline.At);
        if (gate is null || gate.TryTake(now, cost.Own))
            return bucket.TakeAsync(now, cost, deadline, waited, cancellationToken);

        var passing = gate.TakeAsync(now, new(cost.Own), deadline, waited, cancellationToken);
        return Admission.RejectionIn(passing) is null ? TakeAfterAsync(passing, bucket, cost, deadline, waited, cancellationToken) : passing;
    }

    /// <summary>
    /// Pauses requests to a server that asked for it (RFC 9110 §10.2.3, RFC 6585 §4), or whose quota is used up. Only to that server: where a
    /// redirect has led to another one, to the other one.
    /// </summary>
    public void Observe(object taken, in AttemptResult result)
    {
        var take = taken as TokenBucketTake;
        take?.Bucket.Correct(_client.Time.GetTimestamp(), take.Limits.MissingOf(take.Cost, result, _telemetry));
        if (result.Result.Advice is { } advice && _options.Value is { ObeyServerLimits: true } options)
            Obey(take?.Bucket ?? (TokenBucket)taken, advice, options, result);
    }

    // Who comes later looks at the options himself.
    private void FollowOptions()
    {
        foreach (var bucket in _partitions.All.Where(bucket => bucket.HasWaiters))
            bucket.HaveAllFollowOptions(_client.Time.GetTimestamp());
    }

    private static TimeSpan AtMost(TimeSpan most, TimeSpan time) => time < most ? time : most;

    private static void Spread(TokenBucket bucket, in AttemptResult result, long left, long until, long longestInterval)
    {
        bool SlowDown(ServerGate gate)
        {
            gate.Spread(left, until, longestInterval);
            return true;
        }

        bucket.ChangeGate(PartitionKey.OfAuthority(result.Address), SlowDown, !result.WasRedirected);
    }

    private void Obey(TokenBucket bucket, ServerAdvice advice, TokenBucketOptions options, in AttemptResult result)
    {
        var now = _client.Time.GetTimestamp();
        if (result.Result.AdvisedPause is { } advised)
            Pause(bucket, result, now, AtMost(options.MaxServerPause, advised));
        else if (options.SpreadServerQuota && advice is { Remaining: > 0 and var left, Reset: { } reset })
            Spread(bucket, result, left, now + _pacing.Ticks(reset), _pacing.Ticks(AtMost(Outcome.MaxUnprovenPause, options.MaxServerPause)));
    }

    private void Pause(TokenBucket bucket, in AttemptResult result, long now, TimeSpan pause)
    {
        var (until, authority) = (now + _pacing.Ticks(pause), PartitionKey.OfAuthority(result.Address));
        if (until <= now || !bucket.ChangeGate(authority, gate => gate.Pause(until), !result.WasRedirected))
            return;

        _telemetry.Paused(bucket.Key, authority, pause, result.Result);
        _client.Publish(new TokenBucketPause(_client, bucket.Key.ToString(), authority.ToString(), pause));
    }

    private async Task<Admission> TakeAfterAsync(Task<Admission> passing, TokenBucket bucket, PermitCost cost, long deadline, TimeSpan waited, CancellationToken cancellationToken)
    {
        var passed = await passing.ConfigureAwait(false);
        if (!passed.IsGranted)
            return passed;

        var admission = await bucket.TakeAsync(_client.Time.GetTimestamp(), cost, deadline, waited + passed.Wait, cancellationToken).ConfigureAwait(false);
        return admission with { Wait = passed.Wait + admission.Wait };
    }
}
