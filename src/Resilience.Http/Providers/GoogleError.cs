using System.Net;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Errors of Google's APIs (AIP-193): <c>{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message","details"}}</c>; the older ones have a
/// list of errors with reasons in the place of the status, and say with 403 that a limit is reached.
/// </summary>
internal static class GoogleError
{
    public static ProblemMembers? Read(ProblemSource source)
    {
        if (source.Json?.Object("error") is not { } error || !error.HasNumber("code"))
            return null;

        var older = error.Items("errors").FirstOrDefault();
        if (error.Text("status") is null && older.Text("reason") is null)
            return null;

        var info = GoogleAdvice.Detail(error, "ErrorInfo");
        var reason = info?.Member("reason") ?? older.Member("reason");
        return new ProblemMembers
        {
            Detail = error.Text("message"),
            Kind = source.Response.StatusCode is HttpStatusCode.Forbidden ? CodeKinds.Of(reason?.TextOrNull) : null,
            RetryAfter = GoogleAdvice.WaitOf(error),
            Extensions = NewJson.Members(
                ("code", error.Member("status") ?? reason),
                ("reason", reason),
                ("domain", info?.Member("domain") ?? older.Member("domain")),
                ("metadata", info?.Member("metadata")),
                ("help_url", GoogleAdvice.Detail(error, "Help")?.Items("links").FirstOrDefault().Member("url")),
                ("request_id", GoogleAdvice.Detail(error, "RequestInfo")?.Member("requestId")),
                ("errors", NewJson.Array((GoogleAdvice.Detail(error, "BadRequest")?.Items("fieldViolations") ?? []).Select(Item)))),
        };
    }

    private static Dictionary<string, JsonElement> Item(JsonElement violation)
        => NewJson.Members(("code", violation.Member("reason")), ("detail", violation.Member("description")), ("field", violation.Member("field")));
}
