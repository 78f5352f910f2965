using System.Text.Json;

namespace Resilience.Http;

/// <summary>Looks things up in JSON of any shape.</summary>
internal static class ProviderJson
{
    extension(JsonElement element)
    {
        /// <summary>The number, from zero to 10¹⁵; null if it is none.</summary>
        public decimal? NumberOrNull
            => element.ValueKind is JsonValueKind.Number && element.TryGetDecimal(out var number) && number is >= 0 and <= 1e15m ? number : null;

        public JsonElement? Find(string name)
        {
            if (element.ValueKind is not JsonValueKind.Object)
                return null;

            foreach (var member in element.EnumerateObject())
            {
                if (member.NameOrNull == name)
                    return member.Value;
            }

            return null;
        }

        /// <summary>What the array holds; nothing if there is none.</summary>
        public IEnumerable<JsonElement> Items(string name)
            => element.Find(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];
    }
}
