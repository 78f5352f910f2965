using System.Buffers;
using System.Globalization;

namespace Resilience.Http;

/// <summary>Integers of up to 15 digits, and decimals of up to 12 digits with 1 to 3 after the point (RFC 9651 §4.2.4).</summary>
internal static class StructuredNumbers
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static object? Read(ref ReadOnlySpan<char> rest)
    {
        var sign = StructuredText.TrySkip(ref rest, '-') ? -1 : 1;
        var whole = StructuredText.TakeWhile(ref rest, Digits);
        if (whole.IsEmpty)
            return null;

        if (!StructuredText.TrySkip(ref rest, '.'))
            return whole.Length <= 15 ? sign * long.Parse(whole, NumberStyles.None, CultureInfo.InvariantCulture) : null;

        var fraction = StructuredText.TakeWhile(ref rest, Digits);
        return whole.Length <= 12 && fraction.Length is >= 1 and <= 3
            ? sign * decimal.Parse($"{whole}.{fraction}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : null;
    }
}
