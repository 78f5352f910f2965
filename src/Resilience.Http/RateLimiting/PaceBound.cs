namespace Resilience.Http;

/// <summary>A slower pace for the time being.</summary>
/// <param name="Pace">The pace.</param>
/// <param name="Until">When the bucket's own pace is in force again, as a timestamp.</param>
internal sealed record PaceBound(Pace Pace, long Until);
