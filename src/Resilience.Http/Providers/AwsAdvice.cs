namespace Resilience.Http;

/// <summary>
/// Throttling by AWS, and failures that pass: the names that its SDKs take for them, in the field <c>X-Amzn-ErrorType</c>, in JSON or in XML.
/// </summary>
internal sealed class AwsAdvice : IAdviceReader
{
    public ServerAdvice? Read(HttpRequestMessage request, HttpResponseMessage response, string body, ServerAdvice? advice)
        => CodeKinds.Advise(advice, NameOf(response, body));

    /// <summary>The name without what surrounds it: <c>aws.protocoltests#FooError:http://…</c> is <c>FooError</c>, also where it came twice.</summary>
    public static string? Name(string raw)
    {
        var name = raw.AsSpan().IndexOfAny(':', ',') is >= 0 and var end ? raw[..end] : raw;
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
