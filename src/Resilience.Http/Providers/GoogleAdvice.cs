using System.Text.Json;

namespace Resilience.Http;

/// <summary>Google's errors (AIP-193): the wait in <c>google.rpc.RetryInfo</c>, and 403s whose reason is a rate limit.</summary>
internal sealed class GoogleAdvice : IAdviceReader
{
    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if (TolerantJson.ObjectOrNull(body)?.Member("error") is not { } error)
            return advice;

        foreach (var detail in error.Items("details"))
        {
            if (detail.Member("@type")?.TextOrNull?.EndsWith("/google.rpc.RetryInfo", StringComparison.Ordinal) is true && BodyDelay.Duration(detail.Member("retryDelay")) is { } wait)
                advice = (advice ?? new()) with { RetryAfter = wait };
        }

        return error.Items("details").Concat(error.Items("errors")).Any(IsRateLimit) ? (advice ?? new()) with { IsThrottled = true } : advice;
    }

    private static bool IsRateLimit(JsonElement detail)
        => detail.Member("reason")?.TextOrNull is "RATE_LIMIT_EXCEEDED" or "rateLimitExceeded" or "userRateLimitExceeded";
}
