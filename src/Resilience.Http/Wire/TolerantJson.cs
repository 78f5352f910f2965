using System.Text.Json;

namespace Resilience.Http;

/// <summary>Reads JSON, with null where System.Text.Json throws.</summary>
internal static class TolerantJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>The text as an object, halves of surrogate pairs replaced; null if it is not one, or is nested deeper than 64.</summary>
    public static JsonElement? ObjectOrNull(string text)
    {
        try
        {
            // Each half would cost an exception wherever it is looked at.
            return JsonElement.Parse(HalfPairs.Replace(text), Options) is { ValueKind: JsonValueKind.Object } root ? root : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    extension(JsonProperty property)
    {
        /// <summary>The name; null if it has half a surrogate pair, which is well-formed JSON but not text (RFC 8259 §8.2).</summary>
        public string? NameOrNull => TextOrNull(property, static property => property.Name);
    }

    extension(JsonElement element)
    {
        /// <summary>The string; null if it is not one, or has half a surrogate pair.</summary>
        public string? TextOrNull
            => element.ValueKind is JsonValueKind.String ? TextOrNull(element, static element => element.GetString()) : null;

        /// <summary>The whole number from 100 to 999, however written (<c>403.0</c>); null if it is not one.</summary>
        public int? StatusOrNull
            => element.ValueKind is JsonValueKind.Number && element.TryGetDouble(out var number) && number is >= 100 and <= 999 && double.IsInteger(number)
                ? (int)number
                : null;
    }

    private static string? TextOrNull<T>(T source, Func<T, string?> read)
    {
        try
        {
            return read(source);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
