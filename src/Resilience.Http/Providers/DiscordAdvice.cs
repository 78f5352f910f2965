using System.Net;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>Discord's 429: <c>retry_after</c> in its body is the header's wait with a fraction.</summary>
internal sealed class DiscordAdvice : IAdviceReader
{
    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => response.StatusCode is HttpStatusCode.TooManyRequests;

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
        => TolerantJson.ObjectOrNull(body) is { } answer && WaitOf(answer) is { } wait
            ? (advice ?? new()) with { RetryAfter = wait }
            : advice;

    /// <summary>The wait that a body asks for; null if it asks for none.</summary>
    public static TimeSpan? WaitOf(JsonElement body) => BodyDelay.Seconds(body.Member("retry_after"));
}
