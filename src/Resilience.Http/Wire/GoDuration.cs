using System.Buffers;

namespace Resilience.Http;

/// <summary>
/// A duration as Go prints it: <c>0</c>, or numbers with units and nothing between them, such as <c>6m0s</c>, <c>1h2m3.5s</c>, <c>12ms</c>;
/// 64 characters at most.
/// </summary>
internal static class GoDuration
{
    // Go prints 25 at most. There is a bound so that a server does not decide how much is computed.
    private const int MaxCharacters = 64;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> UnitCharacters = SearchValues.Create("nuµμmsh");

    /// <returns>Null if the text is not such a duration; <see cref="TimeSpan.MaxValue"/> if it is longer than that.</returns>
    public static TimeSpan? Parse(ReadOnlySpan<char> text)
    {
        if (text is "0")
            return TimeSpan.Zero;
        if (text.IsEmpty || text.Length > MaxCharacters)
            return null;

        var total = TimeSpan.Zero;
        while (!text.IsEmpty)
        {
            var number = WireNumber.Parse(StructuredText.TakeWhile(ref text, NumberCharacters));
            if (number is null || ReadUnit(ref text) is not { } ticksPerUnit)
                return null;

            var part = WireNumber.Span(number.Value, ticksPerUnit);
            total = part < TimeSpan.MaxValue - total ? total + part : TimeSpan.MaxValue;
        }

        return total;
    }

    private static decimal? ReadUnit(ref ReadOnlySpan<char> text) => StructuredText.TakeWhile(ref text, UnitCharacters) switch
    {
        "ns" => 0.01m,
        "us" or "µs" or "μs" => TimeSpan.TicksPerMicrosecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => null,
    };
}
