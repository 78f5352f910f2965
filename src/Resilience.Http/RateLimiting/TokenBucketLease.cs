using System.Threading.RateLimiting;

namespace Resilience.Http;

/// <summary>A permit, or the rejection of one and the wait that it would have taken.</summary>
internal sealed class TokenBucketLease(Admission admission) : RateLimitLease
{
    public static readonly TokenBucketLease Acquired = new(default);

    private bool HasRetryAfter => !IsAcquired && admission.Wait > TimeSpan.Zero;

    public override bool IsAcquired => admission.IsGranted;

    public override IEnumerable<string> MetadataNames => HasRetryAfter ? [MetadataName.RetryAfter.Name] : [];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = HasRetryAfter && metadataName == MetadataName.RetryAfter.Name ? admission.Wait : null;
        return metadata is not null;
    }
}
