namespace Resilience.Http;

/// <summary>A further limit, as the options in force have it.</summary>
internal sealed record LimitPace(string Name, TokenBucketLimit Limit, Pace Pace);
