using System.Text.Json;

namespace Resilience.Http;

/// <summary>Errors of PayPal: a name and a message, with the number of the call for its support.</summary>
internal static class PayPalError
{
    public static ProblemMembers? Read(ProblemSource source)
        => source.Json is { } body && body.Text("name") is { } name && body.Text("message") is { } message && body.Text("debug_id") is not null
            ? new ProblemMembers
            {
                Detail = message,
                Extensions = NewJson.Members(
                    ("code", NewJson.Text(name)),
                    ("debug_id", body.Member("debug_id")),
                    ("errors", NewJson.Array(body.Items("details").Select(Item)))),
            }
            : null;

    private static Dictionary<string, JsonElement> Item(JsonElement detail) => NewJson.Members(
        ("code", detail.Member("issue")),
        ("detail", detail.Member("description")),
        ("pointer", NewJson.Pointer(detail.Text("field"))));
}
