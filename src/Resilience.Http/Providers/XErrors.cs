using System.Text.Json;

namespace Resilience.Http;

/// <summary>Errors of the first API of X: a list of messages with numeric codes. The second API sends problems.</summary>
internal static class XErrors
{
    public static ProblemMembers? Read(ProblemSource source)
    {
        JsonElement[] errors = [.. source.Json?.Items("errors") ?? []];
        return errors is [var first, ..] && first.HasNumber("code") && first.Text("message") is { } message
            ? new ProblemMembers
            {
                Detail = message,
                Extensions = NewJson.Members(("code", first.Member("code")), ("errors", errors.Length > 1 ? NewJson.Array(errors.Select(Item)) : null)),
            }
            : null;
    }

    private static Dictionary<string, JsonElement> Item(JsonElement error)
        => NewJson.Members(("code", error.Member("code")), ("detail", error.Member("message")));
}
