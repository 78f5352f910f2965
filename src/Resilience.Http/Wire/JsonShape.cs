using System.Text.Json;

namespace Resilience.Http;

/// <summary>Reads elements of any shape. A value that is absent, null or of another type is null. Nothing throws.</summary>
internal static class JsonShape
{
    extension(JsonElement element)
    {
        /// <summary>The string, or the number as it is written; null if it is neither, or blank.</summary>
        public string? CodeOrNull => element.ValueKind is JsonValueKind.Number
            ? element.GetRawText()
            : element.TextOrNull is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

        /// <summary>The number, from zero to 10¹⁵; null if it is not one.</summary>
        public decimal? NumberOrNull
            => element.ValueKind is JsonValueKind.Number && element.TryGetDecimal(out var number) && number is >= 0 and <= 1e15m ? number : null;

        /// <summary>The member by this name; null too if it is JSON's null.</summary>
        public JsonElement? Member(string name)
        {
            try
            {
                return element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
                    ? value
                    : null;
            }
            catch (InvalidOperationException)
            {
                // Some other name has half a surrogate pair.
                return null;
            }
        }

        /// <summary>Whether there is such a member, null or not.</summary>
        public bool Has(string name) => element.ValueKind is JsonValueKind.Object && element.EnumerateObject().Any(member => member.NameOrNull == name);

        /// <summary>The member, if it is an object.</summary>
        public JsonElement? Object(string name) => element.Member(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

        /// <summary>The member, if it is a string.</summary>
        public string? Text(string name) => element.Member(name)?.TextOrNull;

        /// <summary>Whether the member is a number.</summary>
        public bool HasNumber(string name) => element.Member(name) is { ValueKind: JsonValueKind.Number };

        /// <summary>The items of the member; none if it is not an array.</summary>
        public IEnumerable<JsonElement> Items(string name)
            => element.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];
    }
}
