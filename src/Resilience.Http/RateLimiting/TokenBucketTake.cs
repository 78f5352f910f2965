namespace Resilience.Http;

/// <summary>What an attempt took, for those whose answer may tell what it should have been.</summary>
internal sealed record TokenBucketTake(TokenBucket Bucket, FurtherLimits Limits, PermitCost Cost);
