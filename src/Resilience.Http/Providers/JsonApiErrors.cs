using System.Text.Json;

namespace Resilience.Http;

/// <summary>Errors of JSON:API 1.1: one of them is the problem; several become its extension <c>errors</c>.</summary>
internal static class JsonApiErrors
{
    public static ProblemMembers? ReadMediaType(ProblemSource source)
        => source.MediaType.Is("application/vnd.api+json") ? Members(Errors(source)) : null;

    public static ProblemMembers? ReadShape(ProblemSource source)
        => Errors(source) is [var first, ..] errors
            && (first.Text("title") is not null || first.Text("detail") is not null || first.Object("source") is not null)
            ? Members(errors)
            : null;

    private static JsonElement[] Errors(ProblemSource source)
        => [.. (source.Json?.Items("errors") ?? []).Where(static error => error.ValueKind is JsonValueKind.Object)];

    private static ProblemMembers? Members(JsonElement[] errors) => errors switch
    {
        [] => null,
        [var error] => new ProblemMembers
        {
            Type = Link(error, "type"),
            Title = error.Text("title"),
            Detail = error.Text("detail"),
            Instance = Link(error, "about"),
            Status = int.TryParse(error.Text("status"), out var status) && status is >= 100 and <= 999 ? status : null,
            Extensions = NewJson.Members(
                ("code", error.Member("code")),
                ("error_id", error.Member("id")),
                ("pointer", Pointer(error)),
                ("parameter", error.Object("source")?.Member("parameter")),
                ("header", error.Object("source")?.Member("header")),
                ("meta", error.Member("meta"))),
        },
        _ => new ProblemMembers
        {
            Type = Common(errors.Select(static error => Link(error, "type"))),
            Extensions = NewJson.Members(
                ("code", NewJson.Text(Common(errors.Select(static error => error.Text("code"))))),
                ("errors", NewJson.Array(errors.Select(Item)))),
        },
    };

    private static Dictionary<string, JsonElement> Item(JsonElement error) => NewJson.Members(
        ("code", error.Member("code")),
        ("detail", error.Member("detail") ?? error.Member("title")),
        ("pointer", Pointer(error)),
        ("parameter", error.Object("source")?.Member("parameter")),
        ("header", error.Object("source")?.Member("header")));

    private static JsonElement? Pointer(JsonElement error) => NewJson.Pointer(error.Object("source")?.Text("pointer"));

    private static string? Link(JsonElement error, string name)
        => error.Object("links")?.Member(name) is { } link ? link.TextOrNull ?? link.Text("href") : null;

    private static string? Common(IEnumerable<string?> values) => values.Distinct().ToArray() is [var one] ? one : null;
}
