using System.Globalization;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>A wait that a body asks for; null if it asks for none, for a negative one, or for one of more than a year.</summary>
internal static class BodyDelay
{
    private const double MaxSeconds = 366 * 24 * 60 * 60;

    /// <summary>A number of seconds, with a fraction or without.</summary>
    public static TimeSpan? Seconds(JsonElement? element)
        => element is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var seconds) ? Within(seconds) : null;

    /// <summary>A duration as Protocol Buffers write it in JSON: <c>3.5s</c>.</summary>
    public static TimeSpan? Duration(string? text)
        => text is [.. var number, 's'] && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? Within(seconds)
            : null;

    private static TimeSpan? Within(double seconds) => seconds is >= 0 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : null;
}
