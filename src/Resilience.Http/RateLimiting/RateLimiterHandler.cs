using System.Threading.RateLimiting;

namespace Resilience.Http;

/// <summary>
/// Sends each attempt under a lease of any <see cref="RateLimiter"/>, held until the attempt ends: a concurrency limit, a sliding window, a
/// limiter shared by several clients. A refused lease ends the attempt in a <see cref="RateLimitedException"/>. Stands where a token bucket would.
/// </summary>
public sealed class RateLimiterHandler : PolicyHandler
{
    private readonly ResilientClient _client;
    private readonly RateLimiter _limiter;
    private readonly TokenBucketTelemetry _telemetry;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="limiter">Asked for one permit per attempt; not disposed with the handler.</param>
    public RateLimiterHandler(RateLimiter limiter)
        : this(ResilientClient.ByHand(), limiter ?? throw new ArgumentNullException(nameof(limiter)))
    {
    }

    internal RateLimiterHandler(ResilientClient client, RateLimiter limiter)
        => (_client, _limiter, _telemetry) = (client, limiter, client.StateOf(() => new TokenBucketTelemetry(client)));

    internal override bool SharesAttempt => false;

    private protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        var asked = _client.Time.GetTimestamp();
        var acquiring = _limiter.AcquireAsync(1, cancellationToken).AsTask();
        return RefusalIn(acquiring) is { } refused
            ? Refuse(Explain(refused))
            : SendLeasedAsync(acquiring, asked, request, async, attempt, cancellationToken);
    }

    private static RateLimitLease? RefusalIn(Task<RateLimitLease> acquiring)
        => acquiring is { IsCompletedSuccessfully: true, Result: { IsAcquired: false } lease } ? lease : null;

    private async Task<HttpResponseMessage> SendLeasedAsync(
        Task<RateLimitLease> acquiring, long asked, HttpRequestMessage request, bool async, Attempt? attempt, CancellationToken cancellationToken)
    {
        var hasToWait = !acquiring.IsCompleted;
        using var lease = await acquiring.BlockUnless(async).ConfigureAwait(false);
        if (hasToWait)
        {
            _telemetry.Waited(_client.Time.GetElapsedTime(asked));
            attempt?.Now = _client.Time.GetTimestamp();
        }

        return lease.IsAcquired
            ? await SendInnerAsync(request, async, attempt: null, cancellationToken).ConfigureAwait(false)
            : throw Explain(lease);
    }

    private RateLimitedException Explain(RateLimitLease lease)
    {
        using (lease)
        {
            _telemetry.Refused(RateLimitReason.Rejected);
            return new(_client.Name, "*", RateLimitReason.Rejected, lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null);
        }
    }
}
