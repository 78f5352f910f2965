using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GitHubFetcher.LookAlike;

/// <summary>What becomes of a request, and how the limit is after it.</summary>
internal sealed record Verdict(Refusal? Refusal, int Limit, int Remaining, DateTimeOffset Reset, TimeSpan? RetryAfter)
{
    public void Describe(HttpResponse response)
    {
        response.Headers["x-ratelimit-limit"] = Text(Limit);
        response.Headers["x-ratelimit-remaining"] = Text(Remaining);
        response.Headers["x-ratelimit-used"] = Text(Limit - Remaining);
        response.Headers["x-ratelimit-reset"] = Text(Reset.ToUnixTimeSeconds());
        response.Headers["x-ratelimit-resource"] = "core";
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Text((long)Math.Ceiling(wait.TotalSeconds));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
