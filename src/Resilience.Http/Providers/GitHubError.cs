using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Errors of GitHub: a message, beside a list of errors or the address of its documentation. Its limits come as 403 too; only the
/// message shows that they are not a lack of permission.
/// </summary>
internal static class GitHubError
{
    public static ProblemMembers? Read(ProblemSource source)
    {
        if (source.Json is not { } body || body.Text("message") is not { } message)
            return null;

        JsonElement[] errors = [.. body.Items("errors")];
        return errors.Length == 0 && body.Text("documentation_url") is null
            ? null
            : new ProblemMembers
            {
                Detail = message,
                Kind = GitHubAdvice.IsLimit(message) ? OutcomeKind.Throttled : null,
                Extensions = NewJson.Members(
                    ("code", errors is [var only] ? only.Member("code") : null),
                    ("errors", NewJson.Array(errors.Select(Item))),
                    ("documentation_url", body.Member("documentation_url"))),
            };
    }

    private static Dictionary<string, JsonElement> Item(JsonElement error) => error.ValueKind is JsonValueKind.String
        ? NewJson.Members(("detail", error))
        : NewJson.Members(
            ("code", error.Member("code")),
            ("detail", error.Member("message")),
            ("pointer", NewJson.Pointer(error.Text("field"))),
            ("resource", error.Member("resource")));
}
