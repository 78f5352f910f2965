using System.Text;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>Makes elements that no body held. What is null stays out.</summary>
internal static class NewJson
{
    // Taking a value out of a body and into an array or object of ours may put it deeper than it was.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    // By way of bytes, which replaces half surrogate pairs; a field may hold such.
    public static JsonElement? Text(string? text)
        => text is null ? null : Parse($"\"{JsonEncodedText.Encode(Encoding.UTF8.GetBytes(text))}\"");

    public static Dictionary<string, JsonElement> Members(params ReadOnlySpan<(string Name, JsonElement? Value)> members)
    {
        var present = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            if (value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } known)
                present[name] = known;
        }

        return present;
    }

    /// <summary>The objects as an array; null if there are none, or only empty ones.</summary>
    public static JsonElement? Array(IEnumerable<Dictionary<string, JsonElement>> objects)
    {
        var items = string.Join(',', objects.Where(static item => item.Count > 0).Select(Raw));
        return items is "" ? null : Parse($"[{items}]");
    }

    /// <summary>A field as RFC 9457 §3 points at it, in the form of a fragment (RFC 6901 §6); a pointer stays one.</summary>
    public static JsonElement? Pointer(string? field) => field switch
    {
        null or "" => null,
        ['/', ..] => Text($"#{field}"),
        _ => Text($"#/{Uri.EscapeDataString(field.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal))}"),
    };

    private static string Raw(Dictionary<string, JsonElement> members)
        => $"{{{string.Join(',', members.Select(static member => $"\"{JsonEncodedText.Encode(member.Key)}\":{member.Value.GetRawText()}"))}}}";

    private static JsonElement Parse(string json) => JsonElement.Parse(json, Options);
}
