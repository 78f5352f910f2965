using System.Threading.RateLimiting;

namespace Resilience.Http;

/// <summary>Any limiter of .NET, asked for one permit per attempt.</summary>
internal sealed class AttemptLimiter
{
    private readonly Func<HttpRequestMessage, CancellationToken, ValueTask<RateLimitLease>> _acquire;

    public AttemptLimiter(RateLimiter limiter) => _acquire = (_, cancellationToken) => limiter.AcquireAsync(1, cancellationToken);

    public AttemptLimiter(PartitionedRateLimiter<HttpRequestMessage> limiter) => _acquire = (request, cancellationToken) => limiter.AcquireAsync(request, 1, cancellationToken);

    /// <summary>Why it rejects, by <see cref="RateLimitReason"/>.</summary>
    public RejectionCause[] Causes => field ??= RejectionCause.OfEach<RateLimitReason>();

    public ValueTask<RateLimitLease> AcquireAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _acquire(request, cancellationToken);
}
