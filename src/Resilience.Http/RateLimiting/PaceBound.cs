namespace Resilience.Http;

/// <summary>A slower pace for a while.</summary>
/// <param name="Pace">The pace.</param>
/// <param name="InPlaceOf">The bucket's own pace; where that has changed, this one is of no use.</param>
/// <param name="Until">When the bucket's own pace is in force again, as a timestamp.</param>
internal sealed record PaceBound(Pace Pace, Pace InPlaceOf, long Until);
