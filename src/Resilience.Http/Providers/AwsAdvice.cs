using System.Collections.Frozen;

namespace Resilience.Http;

/// <summary>Throttling by AWS: the names that its SDKs treat so, in the field <c>X-Amzn-ErrorType</c>, in JSON or in XML.</summary>
internal sealed class AwsAdvice : IAdviceReader
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "EC2ThrottledException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "SlowDown");

    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
        => NameOf(response, body) is { } name && Names.Contains(name) ? (advice ?? new()) with { IsThrottled = true } : advice;

    private static string? NameOf(HttpResponseMessage response, string body)
    {
        if (response.Headers.NonValidated.TryGetValues("X-Amzn-ErrorType", out var lines))
            return AwsError.Name(lines.ToString());

        var json = TolerantJson.ObjectOrNull(body);
        return (json?.Member("__type") ?? json?.Member("code"))?.TextOrNull is { } name ? AwsError.Name(name) : XmlCodeOf(body);
    }

    private static string? XmlCodeOf(string body)
    {
        var start = body.IndexOf("<Code>", StringComparison.Ordinal) + "<Code>".Length;
        return start >= "<Code>".Length && body.IndexOf("</Code>", start, StringComparison.Ordinal) is >= 0 and var end ? body[start..end] : null;
    }
}
