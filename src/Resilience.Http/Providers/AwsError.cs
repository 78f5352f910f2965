using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Errors of AWS: the name in the field <c>x-amzn-errortype</c>, else in the body as <c>__type</c> or <c>code</c>; of the older services
/// an XML element <c>Error</c>. Throttling comes as 400, so the name decides what it is.
/// </summary>
internal static class AwsError
{
    private static readonly string[] RequestIds = ["x-amzn-requestid", "x-amz-request-id"];

    public static ProblemMembers? ReadHeader(ProblemSource source)
        => source.Header("x-amzn-errortype") is { } name ? Members(source, name, Message(source.Json) ?? source.XmlError?.Child("Message")) : null;

    public static ProblemMembers? ReadJson(ProblemSource source)
    {
        if (source.Json is not { } body)
            return null;

        var name = body.Text("__type") ?? (RequestId(source) is null ? null : body.Text("code"));
        return name is null ? null : Members(source, name, Message(body));
    }

    public static ProblemMembers? ReadXml(ProblemSource source)
        => source.XmlError is { } error && error.Child("Code") is { } code
            ? Members(source, code, error.Child("Message"))
            : null;

    private static ProblemMembers Members(ProblemSource source, string raw, string? message)
    {
        // The name under which the error was known when the service still spoke XML comes first (Smithy, awsQueryCompatible).
        var name = AwsAdvice.Name(source.Header("x-amzn-query-error")?.Split(';')[0] ?? raw);
        return new ProblemMembers
        {
            Detail = message,
            Kind = CodeKinds.Of(name) ?? CodeKinds.Of(AwsAdvice.Name(raw)),
            Extensions = NewJson.Members(("code", NewJson.Text(name)), ("request_id", NewJson.Text(RequestId(source)))),
        };
    }

    private static string? Message(JsonElement? body) => body?.Text("message") ?? body?.Text("Message");

    private static string? RequestId(ProblemSource source)
        => RequestIds.Select(source.Header).FirstOrDefault(static id => id is not null)
        ?? (source.Xml?.Find("RequestId") ?? source.Xml?.Find("RequestID"))?.Text;
}
