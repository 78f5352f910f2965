namespace Resilience.Http;

/// <summary>A time by two clocks of a machine: one may stand still while it sleeps, the other may be set.</summary>
/// <param name="Timestamp">By the one that counts.</param>
/// <param name="Wall">By the one on the wall.</param>
internal readonly record struct Moment(long Timestamp, DateTimeOffset Wall);
