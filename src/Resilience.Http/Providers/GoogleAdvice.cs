using System.Text.Json;

namespace Resilience.Http;

/// <summary>Google's errors (AIP-193): the wait in <c>google.rpc.RetryInfo</c>, 403s whose reason is a rate limit, and 429s whose reason is the day's quota.</summary>
internal sealed class GoogleAdvice : IAdviceReader
{
    private const string TypePrefix = "type.googleapis.com/google.rpc.";

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
    {
        if (TolerantJson.ObjectOrNull(body)?.Member("error") is not { } error)
            return advice;

        if (WaitOf(error) is { } wait)
            advice = (advice ?? new()) with { RetryAfter = wait };
        var reasons = error.Items("details").Concat(error.Items("errors")).Select(static detail => detail.Text("reason"));
        return CodeKinds.Advise(advice, reasons.FirstOrDefault(static reason => CodeKinds.Advise(null, reason) is not null));
    }

    /// <summary>The wait that an error asks for; null if it asks for none.</summary>
    public static TimeSpan? WaitOf(JsonElement error) => BodyDelay.Duration(Detail(error, "RetryInfo")?.Member("retryDelay"));

    /// <summary>The detail of this type, such as <c>ErrorInfo</c>; null if there is none.</summary>
    public static JsonElement? Detail(JsonElement error, string type)
        => error.Items("details").FirstOrDefault(detail => detail.Text("@type") is { } name
            && name.StartsWith(TypePrefix, StringComparison.Ordinal) && name.AsSpan(TypePrefix.Length).SequenceEqual(type)) is { ValueKind: JsonValueKind.Object } found
            ? found
            : null;
}
