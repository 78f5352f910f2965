namespace Resilience.Http;

/// <summary>A slower pace for a while.</summary>
/// <param name="Pace">The pace.</param>
/// <param name="Until">When the bucket's own pace is in force again, as a timestamp.</param>
internal sealed record PaceBound(Pace Pace, long Until);
