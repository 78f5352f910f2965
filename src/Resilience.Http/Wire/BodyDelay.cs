using System.Text.Json;

namespace Resilience.Http;

/// <summary>A wait that a body asks for, from zero to <see cref="TimeSpan.MaxValue"/>; null if it asks for none.</summary>
internal static class BodyDelay
{
    /// <summary>A number of seconds, with a fraction or without.</summary>
    public static TimeSpan? Seconds(JsonElement? element) => element?.NumberOrNull is { } seconds ? WireNumber.Seconds(seconds) : null;

    /// <summary>A duration as Protocol Buffers write it in JSON: <c>3.5s</c>.</summary>
    public static TimeSpan? Duration(JsonElement? element)
        => element?.TextOrNull is [.. var number, 's'] && WireNumber.Parse(number) is { } seconds ? WireNumber.Seconds(seconds) : null;
}
