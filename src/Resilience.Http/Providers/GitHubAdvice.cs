using System.Net;

namespace Resilience.Http;

/// <summary>
/// Limits of GitHub: 403 or 429; the message shows whether a 403 is a limit. The wait is Retry-After, else the reset of an exhausted quota, else a
/// minute, doubled each time, as its documentation asks for.
/// </summary>
internal sealed class GitHubAdvice : IAdviceReader
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMinutes(1);

    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response) => response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests;

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if (response.StatusCode is HttpStatusCode.Forbidden && !IsLimit(body, advice))
            return advice;

        advice ??= new();
        return advice with { IsThrottled = true, RetryAfter = advice.Delay ?? LeastWait, IsMinimum = advice.Delay is null };
    }

    /// <summary>Whether a message means a limit, by the words that its documentation and its SDKs go by.</summary>
    public static bool IsLimit(string message)
        => message.Contains("rate limit", StringComparison.OrdinalIgnoreCase)
        || message.Contains("abuse detection", StringComparison.OrdinalIgnoreCase);

    // A HEAD has no message.
    private static bool IsLimit(string body, ServerAdvice? advice)
        => IsLimit(body)
        || advice is { RetryAfter: not null }
        || (body.Length == 0 && advice is { IsExhausted: true });
}
