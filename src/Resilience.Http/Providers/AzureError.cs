using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Errors of Azure and of OData (Microsoft's REST guidelines): <c>{"error":{"code","message","target","details","innererror"}}</c>, its code
/// also in the field <c>x-ms-error-code</c>; storage services send it as XML.
/// </summary>
internal static class AzureError
{
    private const int MaxDepth = 64;

    public static ProblemMembers? ReadHeader(ProblemSource source)
    {
        if (source.Header("x-ms-error-code") is not { } code)
            return null;

        return source.Json?.Object("error") is { } error
            ? Members(source, error, code)
            : new ProblemMembers
            {
                Detail = source.XmlError?.Child("Message") ?? source.Json?.Text("message"),
                Extensions = NewJson.Members(("code", NewJson.Text(source.XmlError?.Child("Code") ?? code)), RequestId(source)),
            };
    }

    public static ProblemMembers? ReadJson(ProblemSource source)
        => source.Json?.Object("error") is { } error && error.Text("code") is { } code && error.Text("message") is not null
            ? Members(source, error, code)
            : null;

    private static ProblemMembers Members(ProblemSource source, JsonElement error, string code) => new()
    {
        Detail = error.Text("message"),
        Extensions = NewJson.Members(
            ("code", NewJson.Text(error.Text("code") ?? code)),
            ("inner_code", InnerCode(error)),
            ("target", error.Member("target")),
            ("errors", NewJson.Array(error.Items("details").Select(Item))),
            RequestId(source)),
    };

    private static Dictionary<string, JsonElement> Item(JsonElement detail)
        => NewJson.Members(("code", detail.Member("code")), ("detail", detail.Member("message")), ("target", detail.Member("target")));

    // The deepest one is the most specific (OData JSON §21.1).
    private static JsonElement? InnerCode(JsonElement error)
    {
        JsonElement? code = null;
        for (var depth = 0; depth < MaxDepth && Inner(error) is { } inner; depth++)
        {
            code = inner.Member("code") ?? code;
            error = inner;
        }

        return code;
    }

    private static JsonElement? Inner(JsonElement error) => error.Object("innererror") ?? error.Object("innerError");

    private static (string Name, JsonElement? Value) RequestId(ProblemSource source) => ("request_id", NewJson.Text(source.Header("x-ms-request-id")));
}
