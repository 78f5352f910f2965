namespace Resilience.Http;

/// <summary>One of the <see cref="TokenBucketOptions.Limits"/> of a bucket at one moment.</summary>
/// <param name="PermitsPerSecond">How many permits become free per second.</param>
/// <param name="Burst">How many permits it holds when it is full.</param>
/// <param name="Level">Permits that are free; 0 while there is debt.</param>
public sealed record TokenBucketLimitStatus(double PermitsPerSecond, long Burst, int Level);
