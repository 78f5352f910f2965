using System.Threading.RateLimiting;

namespace Resilience.Http;

/// <summary>
/// A bucket of <see cref="TokenBucketOptions"/> for every partition, as a <see cref="PartitionedRateLimiter{TResource}"/>: for <c>AddRateLimiter</c> on several clients at once,
/// or inbound, as the <c>GlobalLimiter</c> of ASP.NET Core's rate limiting middleware. Unlike a limiter that is made per partition it follows a provider whose rates change,
/// can have limits that all partitions share, and keeps a bounded number of buckets. Safe for concurrent use.
/// </summary>
/// <typeparam name="TResource">What is limited, such as <see cref="HttpRequestMessage"/> or an <c>HttpContext</c>.</typeparam>
public sealed class PartitionedTokenBucketLimiter<TResource> : PartitionedRateLimiter<TResource>
{
    private readonly Func<TResource, string> _partitionBy;
    private readonly TokenBucketOptions _options;
    private readonly ClientContext _context;
    private readonly Partitions<Partition> _partitions;
    private bool _disposed;

    /// <summary>A full bucket for every partition.</summary>
    /// <param name="options">The rate, the burst, further limits, the bounds of the queue, and how many partitions are remembered for how long; the other options are for clients only.</param>
    /// <param name="partitionBy">Names the partition. Names may come from callers: they are bounded in length.</param>
    /// <param name="provider">The rates of partitions; null if all have that of the options.</param>
    /// <param name="context">Clock and logger, and the name of the quota that the provider is asked for; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is invalid.</exception>
    public PartitionedTokenBucketLimiter(TokenBucketOptions options, Func<TResource, string> partitionBy, IQuotaProvider? provider = null, ClientContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(partitionBy);
        (_partitionBy, _options, _context) = (partitionBy, options, context ?? new());
        var pacing = new Pacing(TokenBucketPolicy.Instance.CreateContext(options, _context).Live, _context.Time);
        var source = QuotaSource.Of(provider, _context.Name, new(_context));
        _partitions = new(key => new(key, pacing.Of(key, source)), _context.Time);
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics(TResource resource) => Of(resource).GetStatistics();

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount) => Of(resource).AttemptAcquire(permitCount);

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(TResource resource, int permitCount, CancellationToken cancellationToken)
        => Of(resource).AcquireAsync(permitCount, cancellationToken);

    /// <summary>Rejects all waiters. Afterwards every member throws.</summary>
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
        foreach (var partition in _partitions.All)
            partition.Limiter.Dispose();
    }

    private FifoTokenBucketLimiter Of(TResource resource)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _partitions.Get(PartitionKey.Named(_partitionBy(resource)), _context.Time.GetTimestamp(), _options.MaxPartitions, _options.IdleEviction).Limiter;
    }

    private sealed class Partition(PartitionKey key, Pacing pacing) : IPartitionState
    {
        public FifoTokenBucketLimiter Limiter { get; } = new(key, pacing);

        public ref readonly PartitionKey Key => ref Limiter.Bucket.Key;

        public long LastUsed { get; set; }

        public Retention RetentionAt(long now) => Limiter.Bucket.RetentionAt(now);
    }
}
