namespace Resilience.Http;

/// <summary>Google's errors (AIP-193): the wait in <c>google.rpc.RetryInfo</c>, and 403s whose reason is a rate limit.</summary>
internal sealed class GoogleAdvice : IAdviceReader
{
    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if (TolerantJson.ObjectOrNull(body)?.Member("error") is not { } error)
            return advice;

        if (GoogleError.WaitOf(error) is { } wait)
            advice = (advice ?? new()) with { RetryAfter = wait };
        var reasons = error.Items("details").Concat(error.Items("errors")).Select(static detail => detail.Text("reason"));
        return reasons.Any(static reason => CodeKinds.Of(reason) is OutcomeKind.Throttled) ? (advice ?? new()) with { IsThrottled = true } : advice;
    }
}
