using System.Net;

namespace Resilience.Http;

/// <summary>Discord's 429: <c>retry_after</c> in its body is the header's wait with a fraction.</summary>
internal sealed class DiscordAdvice : IAdviceReader
{
    public bool Reads(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.TooManyRequests;

    public ServerAdvice? Read(HttpResponseMessage response, string body, ServerAdvice? advice)
        => TolerantJson.ObjectOrNull(body)?.Member("retry_after")?.NumberOrNull is { } seconds
            ? (advice ?? new()) with { RetryAfter = WireNumber.Span(seconds, TimeSpan.TicksPerSecond) }
            : advice;
}
