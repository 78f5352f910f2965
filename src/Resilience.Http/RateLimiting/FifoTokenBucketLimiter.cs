using System.Threading.RateLimiting;

namespace Resilience.Http;

/// <summary>
/// The bucket of <see cref="TokenBucketOptions"/> as a <see cref="RateLimiter"/>, to share between clients or to use without one, for what comes in for example. First
/// come, first served; in any interval of length t it grants at most burst + rate × t permits of each of its limits. A permit is spent when it is granted: disposing
/// its lease does not return it. Safe for concurrent use.
/// </summary>
public sealed class FifoTokenBucketLimiter : RateLimiter
{
    private readonly Pacing _pacing;
    private readonly TokenBucket _bucket;
    private readonly long _made;
    private long _successes;
    private long _failures;
    private bool _disposed;

    /// <summary>A full bucket.</summary>
    /// <param name="options">The rate, the burst, further limits and the bounds of the queue; the other options are for clients only. A permit is taken of every limit.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public FifoTokenBucketLimiter(TokenBucketOptions options, TimeProvider? time = null)
        : this(PartitionKey.WholeClient, new(TokenBucketPolicy.Instance.CreateContext(options).Live, time ?? TimeProvider.System))
    {
    }

    internal FifoTokenBucketLimiter(PartitionKey key, Pacing pacing)
    {
        (_pacing, _bucket) = (pacing, new(key, pacing));
        _made = Now;
    }

    /// <summary>How long the bucket has been full and without waiters; null while it is in use.</summary>
    public override TimeSpan? IdleDuration
        => Now is var now && _bucket.RetentionAt(now) is Retention.None ? _pacing.Span(now - Math.Max(_bucket.Full, _made)) : null;

    internal TokenBucket Bucket => _bucket;

    private long Now => _pacing.Time.GetTimestamp();

    /// <inheritdoc/>
    public override RateLimiterStatistics GetStatistics()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new()
        {
            CurrentAvailablePermits = _bucket.LevelOfAll,
            CurrentQueuedCount = _bucket.Backlog,
            TotalFailedLeases = Volatile.Read(ref _failures),
            TotalSuccessfulLeases = Volatile.Read(ref _successes),
        };
    }

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        var now = Now;
        var cost = CostOf(permitCount, now);
        return Lease(_bucket.TryTake(now, cost) ? default : new(RateLimitReason.Rejected, _bucket.WaitFor(now, cost)));
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        var now = Now;
        var cost = CostOf(permitCount, now);
        return LeaseAsync(_bucket.TryTake(now, cost) ? null : _bucket.TakeAsync(now, cost, long.MaxValue, cancellationToken));
    }

    /// <summary>Rejects all waiters. Afterwards every member but <see cref="IdleDuration"/> throws.</summary>
    /// <param name="disposing">False if a finalizer calls.</param>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Close();
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeAsyncCore()
    {
        Close();
        return base.DisposeAsyncCore();
    }

    private void Close()
    {
        _disposed = true;
        _bucket.Dismiss();
    }

    private async ValueTask<RateLimitLease> LeaseAsync(Task<Admission>? waiting) => Lease(waiting is null ? default : await waiting.ConfigureAwait(false));

    private TokenBucketLease Lease(Admission admission)
    {
        Interlocked.Increment(ref admission.IsGranted ? ref _successes : ref _failures);
        return admission.IsGranted ? TokenBucketLease.Acquired : new(admission);
    }

    private PermitCost CostOf(int permitCount, long now)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var cost = _bucket.CostOf(permitCount, now);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permitCount, _bucket.BurstOfAll);
        return cost;
    }
}
