using System.Text.Json;

namespace Resilience.Http;

/// <summary>Errors of Shopify's REST API, and of Rails at large: a string, a list of strings, or lists of strings by field.</summary>
internal static class ShopifyErrors
{
    // A field is named once, and in the problem beside each of its texts: what comes out must not be the product of both.
    private const int MaxPointers = 64 * 1024;

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
                Extensions = NewJson.Members(("errors", NewJson.Array(Pointed(items)))),
            };
    }

    private static IEnumerable<Dictionary<string, JsonElement>> Pointed(IEnumerable<(string? Field, JsonElement Text)> items)
    {
        var left = (long)MaxPointers;
        foreach (var (field, text) in items)
        {
            left -= field?.Length ?? 0;
            yield return NewJson.Members(("detail", text), ("pointer", left < 0 ? null : NewJson.Pointer(field)));
        }
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
