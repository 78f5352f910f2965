using System.Net;

namespace Resilience.Http;

/// <summary>
/// Limits of GitHub: 403 or 429, and 200 of its GraphQL API; the message or the type shows whether a 403 or a 200 is one. The wait is Retry-After, else the reset of an exhausted quota, else a
/// minute, doubled each time, as its documentation asks for.
/// </summary>
internal sealed class GitHubAdvice : IAdviceReader
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMinutes(1);

    public bool CanRead(HttpRequestMessage request, HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests
        || (response.StatusCode is HttpStatusCode.OK
            && (response.RequestMessage ?? request).RequestUri is { IsAbsoluteUri: true } uri
            && uri.AbsolutePath.EndsWith("/graphql", StringComparison.Ordinal));

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if ((response.StatusCode is HttpStatusCode.Forbidden && !IsLimit(body, advice)) || (response.StatusCode is HttpStatusCode.OK && !HasLimit(body)))
            return advice;

        advice ??= new();
        return advice with { IsThrottled = true, RetryAfter = advice.Delay ?? LeastWait, IsMinimum = advice.Delay is null };
    }

    /// <summary>Whether a message means a limit, by the words that its documentation and its SDKs go by.</summary>
    public static bool IsLimit(string message)
        => message.Contains("rate limit", StringComparison.OrdinalIgnoreCase)
        || message.Contains("abuse detection", StringComparison.OrdinalIgnoreCase);

    // RATE_LIMITED or RATE_LIMIT; a secondary limit has its message only.
    private static bool HasLimit(string body)
        => TolerantJson.ObjectOrNull(body) is { } answer
        && answer.Items("errors").Any(static error => CodeKinds.Of(error.Text("type")) is OutcomeKind.Throttled || (error.Text("message") is { } message && IsLimit(message)));

    // A HEAD has no message.
    private static bool IsLimit(string body, ServerAdvice? advice)
        => IsLimit(body)
        || advice is { RetryAfter: not null }
        || (body.Length == 0 && advice is { IsExhausted: true });
}
