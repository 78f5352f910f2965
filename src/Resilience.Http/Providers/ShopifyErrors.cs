using System.Text.Json;

namespace Resilience.Http;

/// <summary>Errors of Shopify's REST API, and of Rails at large: a string, a list of strings, or lists of strings by field.</summary>
internal static class ShopifyErrors
{
    public static ProblemMembers? Read(ProblemSource source)
    {
        if (source.Json is not { } body || body.Member("errors") is not { } errors || LegacyProblem.Read(source) is not null)
            return null;

        if (errors.TextOrNull is { } text)
            return new ProblemMembers { Detail = text };

        (string? Field, JsonElement Text)[] items = [.. Flatten(errors)];
        return items.Length == 0
            ? null
            : new ProblemMembers
            {
                Detail = body.Text("message") ?? (items is [(null, var only)] ? only.TextOrNull : null),
                Extensions = NewJson.Members(("errors", NewJson.Array(items.Select(static item
                    => NewJson.Members(("detail", item.Text), ("pointer", NewJson.Pointer(item.Field))))))),
            };
    }

    private static IEnumerable<(string? Field, JsonElement Text)> Flatten(JsonElement errors) => errors.ValueKind switch
    {
        JsonValueKind.Array => Strings(null, errors),
        JsonValueKind.Object => errors.EnumerateObject().SelectMany(static field => Strings(field.NameOrNull, field.Value)),
        _ => [],
    };

    private static IEnumerable<(string? Field, JsonElement Text)> Strings(string? field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [(field, value)],
        JsonValueKind.Array => value.EnumerateArray().Where(static item => item.ValueKind is JsonValueKind.String).Select(item => (field, item)),
        _ => [],
    };
}
