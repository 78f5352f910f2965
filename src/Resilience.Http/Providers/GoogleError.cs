using System.Net;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Errors of Google's APIs (AIP-193): <c>{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message","details"}}</c>; the older ones have a
/// list of errors with reasons in the place of the status, and say with 403 that a limit is reached.
/// </summary>
internal static class GoogleError
{
    private const string TypePrefix = "type.googleapis.com/google.rpc.";

    public static ProblemMembers? Read(ProblemSource source)
    {
        if (source.Json?.Object("error") is not { } error || !error.HasNumber("code"))
            return null;

        var older = error.Items("errors").FirstOrDefault();
        if (error.Text("status") is null && older.Text("reason") is null)
            return null;

        var info = Detail(error, "ErrorInfo");
        var reason = info?.Member("reason") ?? older.Member("reason");
        return new ProblemMembers
        {
            Detail = error.Text("message"),
            Kind = source.Response.StatusCode is HttpStatusCode.Forbidden ? CodeKinds.Of(reason?.TextOrNull) : null,
            RetryAfter = WaitOf(error),
            Extensions = NewJson.Members(
                ("code", error.Member("status") ?? reason),
                ("reason", reason),
                ("domain", info?.Member("domain") ?? older.Member("domain")),
                ("metadata", info?.Member("metadata")),
                ("help_url", Detail(error, "Help")?.Items("links").FirstOrDefault().Member("url")),
                ("request_id", Detail(error, "RequestInfo")?.Member("requestId")),
                ("errors", NewJson.Array((Detail(error, "BadRequest")?.Items("fieldViolations") ?? []).Select(Item)))),
        };
    }

    /// <summary>The wait that an error asks for; null if it asks for none.</summary>
    public static TimeSpan? WaitOf(JsonElement error) => BodyDelay.Duration(Detail(error, "RetryInfo")?.Member("retryDelay"));

    private static JsonElement? Detail(JsonElement error, string type)
        => error.Items("details").FirstOrDefault(detail => detail.Text("@type") is { } name
            && name.StartsWith(TypePrefix, StringComparison.Ordinal) && name.AsSpan(TypePrefix.Length).SequenceEqual(type)) is { ValueKind: JsonValueKind.Object } found
            ? found
            : null;

    private static Dictionary<string, JsonElement> Item(JsonElement violation)
        => NewJson.Members(("code", violation.Member("reason")), ("detail", violation.Member("description")), ("field", violation.Member("field")));
}
