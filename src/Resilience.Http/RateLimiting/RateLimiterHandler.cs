using System.Threading.RateLimiting;

namespace Resilience.Http;

/// <summary>
/// Sends each attempt under a lease of any <see cref="RateLimiter"/>: a concurrency limit, a sliding window, a limiter shared by several clients.
/// The lease is held until the attempt has ended and its body has been read, or the response is disposed. Without a lease the attempt ends in a
/// <see cref="RateLimitedException"/>. Stands where a token bucket would.
/// </summary>
public sealed class RateLimiterHandler : PolicyHandler, IAttemptObserver
{
    private readonly AttemptLimiter _limiter;
    private readonly TokenBucketTelemetry _telemetry;

    /// <summary>A handler to be used without a container.</summary>
    /// <param name="limiter">Asked for one permit per attempt; not disposed with the handler.</param>
    /// <param name="client">Name and clock; null for the defaults.</param>
    public RateLimiterHandler(RateLimiter limiter, ClientContext? client = null)
        : this(client ?? new(), new AttemptLimiter(limiter ?? throw new ArgumentNullException(nameof(limiter))))
    {
    }

    /// <inheritdoc cref="RateLimiterHandler(RateLimiter, ClientContext)"/>
    /// <param name="limiter">Asked for one permit per attempt, for the attempt's request; not disposed with the handler.</param>
    /// <param name="client">Name and clock; null for the defaults.</param>
    public RateLimiterHandler(PartitionedRateLimiter<HttpRequestMessage> limiter, ClientContext? client = null)
        : this(client ?? new(), new AttemptLimiter(limiter ?? throw new ArgumentNullException(nameof(limiter))))
    {
    }

    internal RateLimiterHandler(PolicyContext<RateLimiterOptions> context)
        : this(context.Client, context.State(() => context.Options.Create(context.Services!)))
    {
    }

    private RateLimiterHandler(ClientContext client, AttemptLimiter limiter)
        : base(client) => (_limiter, _telemetry) = (limiter, new(client));

    /// <inheritdoc/>
    protected internal override bool ObeysDeadline => true;

    void IAttemptObserver.OnEnded(in AttemptResult result, object? state, long joinedAt)
        => result.OnBodyEnded(static lease => ((RateLimitLease)lease!).Dispose(), state);

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var acquiring = AcquireAsync(request, attempt, cancellationToken);
        if (!acquiring.IsCompletedSuccessfully)
            return SendAfterAsync(acquiring.AsTask(), request, attempt, cancellationToken);

        var lease = acquiring.Result;
        if (lease is not { IsAcquired: true })
            return Reject(RejectionBy(lease));

        return SendLeasedAsync(lease, request, attempt, cancellationToken);
    }

    private async ValueTask<RateLimitLease?> AcquireAsync(HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        using var wait = new DeadlineWait(attempt.Deadline, Client.Time, cancellationToken);
        var acquiring = _limiter.AcquireAsync(request, wait.Token);
        if (acquiring.IsCompletedSuccessfully)
            return acquiring.Result;

        var asked = Client.Time.GetTimestamp();
        attempt.Attempt.IsWaiting = true;
        var lease = await wait.ForAsync(acquiring, attempt.IsAsync).ConfigureAwait(false);
        _telemetry.Waited(Client.Time.GetElapsedTime(asked));
        attempt.Current?.Resume();
        return lease;
    }

    private async Task<HttpResponseMessage> SendAfterAsync(
        Task<RateLimitLease?> acquiring, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        var lease = await acquiring.BlockUnless(attempt.IsAsync).ConfigureAwait(false);
        if (lease is not { IsAcquired: true })
            throw RejectionBy(lease);

        return await SendLeasedAsync(lease, request, attempt, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendLeasedAsync(RateLimitLease lease, HttpRequestMessage request, AttemptContext attempt, CancellationToken cancellationToken)
    {
        // An outer policy may have answered while the lease was waited for: joining throws then.
        if (attempt.Current is null)
            lease.Dispose();
        attempt.Join(this, lease);
        return SendInnerAsync(request, attempt, cancellationToken);
    }

    /// <param name="lease">What the limiter gave; null if the call would have missed its deadline.</param>
    private RateLimitedException RejectionBy(RateLimitLease? lease)
    {
        using (lease)
        {
            return lease is null
                ? RejectionFor(RateLimitReason.WouldMissDeadline, retryAfter: null)
                : RejectionFor(RateLimitReason.Rejected, lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null);
        }
    }

    private RateLimitedException RejectionFor(RateLimitReason reason, TimeSpan? retryAfter)
    {
        _telemetry.Rejected(reason);
        return new(Client.Name, "*", reason, retryAfter) { Cause = _limiter.Causes[(int)reason] };
    }
}
