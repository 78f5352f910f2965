namespace Resilience.Http;

/// <summary>Throttling by AWS: the names that its SDKs take for it, in the field <c>X-Amzn-ErrorType</c>, in JSON or in XML.</summary>
internal sealed class AwsAdvice : IAdviceReader
{
    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
        => CodeKinds.Of(NameOf(response, body)) is OutcomeKind.Throttled ? (advice ?? new()) with { IsThrottled = true } : advice;

    /// <summary>The name without what surrounds it: <c>aws.protocoltests#FooError:http://…</c> is <c>FooError</c>.</summary>
    public static string? Name(string raw)
    {
        var name = raw.Split(':', 2)[0];
        name = name[(name.IndexOf('#', StringComparison.Ordinal) + 1)..].Trim();
        return name is "" ? null : name;
    }

    private static string? NameOf(HttpResponseMessage response, string body)
    {
        if (response.Headers.NonValidated.TryGetValues("X-Amzn-ErrorType", out var lines))
            return Name(lines.ToString());

        var json = TolerantJson.ObjectOrNull(body);
        return (json?.Member("__type") ?? json?.Member("code"))?.TextOrNull is { } name ? Name(name) : XmlCodeOf(body);
    }

    private static string? XmlCodeOf(string body)
    {
        var start = body.IndexOf("<Code>", StringComparison.Ordinal) + "<Code>".Length;
        return start >= "<Code>".Length && body.IndexOf("</Code>", start, StringComparison.Ordinal) is >= 0 and var end ? body[start..end] : null;
    }
}
