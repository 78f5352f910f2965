using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Escapes in JSON that are half a surrogate pair, which is well-formed JSON but not text (RFC 8259 §8.2). System.Text.Json throws wherever it meets one.
/// </summary>
internal static class HalfPairs
{
    private const int EscapeLength = 6;
    private const string Replacement = "\\ufffd";

    /// <summary>The text with the replacement character for each, as a decoder replaces bytes that are none.</summary>
    public static string Replace(string json)
    {
        if (!json.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
            return json;

        char[]? replaced = null;
        var at = 0;
        while (json.IndexOf('\\', at) is >= 0 and var escape)
        {
            var (length, isHalf) = EscapeIn(json.AsSpan(escape));
            if (isHalf)
                Replacement.CopyTo(0, replaced ??= json.ToCharArray(), escape, EscapeLength);
            at = Math.Min(escape + length, json.Length);
        }

        return replaced is null ? json : new(replaced);
    }

    private static (int Length, bool IsHalf) EscapeIn(ReadOnlySpan<char> text) => CodeOf(text) switch
    {
        null => (2, false),
        { } code when !char.IsSurrogate(code) => (EscapeLength, false),
        { } high when char.IsHighSurrogate(high) && CodeOf(text[EscapeLength..]) is { } low && char.IsLowSurrogate(low) => (2 * EscapeLength, false),
        _ => (EscapeLength, true),
    };

    private static char? CodeOf(ReadOnlySpan<char> text)
        => text is ['\\', 'u', _, _, _, _, ..] && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? (char)code : null;
}
