using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Errors of GraphQL over HTTP, which older servers send with 200. Data beside the errors is a partial answer, and that is no failure by
/// itself.
/// </summary>
internal static class GraphQLErrors
{
    private const string MediaType = "application/graphql-response+json";

    public static ProblemMembers? ReadMediaType(ProblemSource source)
        => source.MediaType.Is(MediaType) && source.Json is { } body && body.Items("errors").Any()
            ? Members(body) with { Kind = CodeKinds.Of(Code(body)?.TextOrNull) }
            : null;

    // Any server may put such a list into a body, so that its status counts for more than a code in it.
    public static ProblemMembers? ReadShape(ProblemSource source)
        => source.Json is { } body && IsGraphQL(body) ? Members(body) : null;

    /// <summary>A response that claims success and has nothing but errors.</summary>
    public static ProblemMembers? ReadSuccess(ProblemSource source)
        => source.Json is { } body && body.Member("data") is null && body.Items("errors").Any(static error => error.Text("message") is not null)
            ? Members(body) with { Kind = CodeKinds.Of(Code(body)?.TextOrNull) ?? OutcomeKind.ServerError }
            : null;

    private static bool IsGraphQL(JsonElement body)
        => body.Items("errors").FirstOrDefault() is var first
        && first.Text("message") is not null
        && (first.Member("locations") is not null || first.Member("path") is not null || first.Member("extensions") is not null || body.Has("data"));

    private static ProblemMembers Members(JsonElement body) => new()
    {
        Title = "GraphQL request failed",
        Detail = body.Items("errors").FirstOrDefault().Text("message"),
        Extensions = NewJson.Members(("code", Code(body)), ("errors", body.Member("errors"))),
    };

    private static JsonElement? Code(JsonElement body)
        => body.Items("errors").Select(CodeOf).FirstOrDefault(static code => code is not null);

    // GitHub's stands beside the message.
    private static JsonElement? CodeOf(JsonElement error)
        => error.Object("extensions")?.Member("code") ?? (error.Member("type") is { ValueKind: JsonValueKind.String } type ? type : null);
}
