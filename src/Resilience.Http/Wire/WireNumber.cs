using System.Globalization;

namespace Resilience.Http;

/// <summary>Digits, maybe with a point and more digits: no sign, no exponent, no spaces. Saturates instead of overflowing.</summary>
internal static class WireNumber
{
    public static decimal? Parse(ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        if (!(point < 0 ? IsDigits(text) : IsDigits(text[..point]) && IsDigits(text[(point + 1)..])))
            return null;

        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : decimal.MaxValue;
    }

    public static TimeSpan Seconds(decimal number) => Span(number, TimeSpan.TicksPerSecond);

    public static TimeSpan Span(decimal number, decimal ticksPerUnit)
        => number < long.MaxValue / ticksPerUnit ? TimeSpan.FromTicks((long)(number * ticksPerUnit)) : TimeSpan.MaxValue;

    public static long Whole(decimal number) => number < long.MaxValue ? (long)number : long.MaxValue;

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
