using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Resilience.Http.Testing;

public sealed partial class Fault
{
    /// <summary>Reads a fault: its name and, after a space, its argument. Times end in <c>ms</c> or <c>s</c>; case does not matter in names.</summary>
    /// <param name="text">Such as <c>Status 503</c>, <c>Delay 1.5s</c>, <c>NoConnection</c>.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="FormatException">There is no such fault, or its argument is missing or invalid.</exception>
    public static Fault Parse(string text) => TryParse(text, out var fault)
        ? fault
        : throw new FormatException($"'{text}' is not a fault. Valid are: Status 503, Delay 2s, Stall, ResetAfter 100, Drip 10ms, Truncate 100, NoConnection, BadRetryAfter, Redirect /elsewhere, Storm 30s.");

    /// <summary>Reads a fault, as <see cref="Parse"/> does.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">The fault; null if it is none.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Fault? fault)
    {
        var (name, argument) = text?.Trim().Split(' ', 2) is [var first, .. var rest] ? (first, rest is [var second] ? second.Trim() : string.Empty) : (string.Empty, string.Empty);
        fault = name.ToUpperInvariant() switch
        {
            "STATUS" when NumberIn(argument) is >= 100 and <= 999 and var status => Status(status),
            "DELAY" when TimeIn(argument) is { } delay => Delay(delay),
            "STALL" when argument.Length == 0 => Stall(),
            "RESETAFTER" when NumberIn(argument) is { } bytes => ResetAfter(bytes),
            "DRIP" when TimeIn(argument) is { } interval => Drip(interval),
            "TRUNCATE" when NumberIn(argument) is { } bytes => Truncate(bytes),
            "NOCONNECTION" when argument.Length == 0 => NoConnection(),
            "BADRETRYAFTER" => argument.Length == 0 ? BadRetryAfter() : BadRetryAfter(argument),
            "REDIRECT" when argument.Length > 0 => Redirect(argument),
            "STORM" when TimeIn(argument) is { } duration => Storm(duration),
            _ => null,
        };
        return fault is not null;
    }

    private static int? NumberIn(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan? TimeIn(string text) => text switch
    {
        [.. var number, 'm', 's'] => SecondsIn(number, 1000),
        [.. var number, 's'] => SecondsIn(number, 1),
        _ => null,
    };

    private static TimeSpan? SecondsIn(string number, double unitsInSecond)
        => double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units) && units / unitsInSecond <= TimeSpan.FromDays(1).TotalSeconds
            ? TimeSpan.FromSeconds(units / unitsInSecond)
            : null;
}
