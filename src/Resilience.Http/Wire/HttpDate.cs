using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// HTTP-date in its three forms (RFC 9110 §5.6.7): <c>Sun, 06 Nov 1994 08:49:37 GMT</c>, <c>Sunday, 06-Nov-94 08:49:37 GMT</c>
/// and <c>Sun Nov  6 08:49:37 1994</c>. Names are case-sensitive. A wrong weekday, a leap second, and a zone of UTC, +0000 or none are accepted.
/// </summary>
internal static class HttpDate
{
    private const string Days = "MonTueWedThuFriSatSun";
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <param name="text">The field's value without white space around it.</param>
    /// <param name="now">A two-digit year is taken to be at most 50 years after this.</param>
    /// <returns>Null if the text is not a date.</returns>
    public static DateTimeOffset? Parse(ReadOnlySpan<char> text, DateTimeOffset now)
    {
        Span<Range> parts = stackalloc Range[7];
        var count = text.SplitAny(parts, " -", StringSplitOptions.RemoveEmptyEntries);
        var weekdayFirst = text.Contains(',');
        if (count < 5 || !IsWeekday(text[parts[0]]) || (count > 5 && !(weekdayFirst && count == 6 && IsUniversal(text[parts[5]]))))
            return null;

        var (day, month, year, time) = weekdayFirst ? (1, 2, 3, 4) : (2, 1, 4, 3);
        var years = text[parts[year]];
        var isShort = years.Length == 2;
        var date = Combine(
            isShort ? Within50Years(Number(years), now) : years.Length == 4 ? Number(years) : -1,
            (IndexOf(Months, text[parts[month]]) + 3) / 3,
            Number(text[parts[day]]),
            SecondOfDay(text[parts[time]]));
        return isShort && date > now.AddYears(50) ? date.Value.AddYears(-100) : date;
    }

    private static bool IsWeekday(ReadOnlySpan<char> name) => name.Length >= 3 && IndexOf(Days, name[..3]) >= 0;

    private static bool IsUniversal(ReadOnlySpan<char> zone) => zone is "GMT" or "UTC" or "+0000";

    private static int IndexOf(ReadOnlySpan<char> names, ReadOnlySpan<char> name)
        => name.Length == 3 && names.IndexOf(name) is var at && at % 3 == 0 ? at : -3;

    private static int Within50Years(int year, DateTimeOffset now)
        => year < 0 ? year : now.Year + 50 - ((now.Year + 50 - year) % 100);

    private static int SecondOfDay(ReadOnlySpan<char> time)
    {
        if (time.Length != 8 || time[2] != ':' || time[5] != ':')
            return -1;

        var (hour, minute, second) = (Number(time[..2]), Number(time[3..5]), Number(time[6..]));
        return hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60 ? -1 : (((hour * 60) + minute) * 60) + second;
    }

    private static int Number(ReadOnlySpan<char> digits)
        => digits.Length <= 4 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static DateTimeOffset? Combine(int year, int month, int day, int second)
    {
        if (year is < 1 or > 9999 || month < 1 || second < 0 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;

        // A leap second at the end of the year 9999 would not fit.
        var ticks = new DateTime(year, month, day).Ticks + (second * TimeSpan.TicksPerSecond);
        return new DateTimeOffset(Math.Min(ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }
}
