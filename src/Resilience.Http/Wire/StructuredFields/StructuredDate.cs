namespace Resilience.Http;

/// <summary>An instant (RFC 9651 §3.3.7), which may be out of range for <see cref="DateTimeOffset"/>.</summary>
/// <param name="UnixSeconds">Seconds since 1970.</param>
internal sealed record StructuredDate(long UnixSeconds);
