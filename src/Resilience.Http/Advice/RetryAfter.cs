using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// Retry-After (RFC 9110 §10.2.3): how long to wait at least, as servers really send it: seconds, with a fraction or too many digits too,
/// or a date. The typed property of .NET drops several of these values and looks at the first line only.
/// </summary>
internal static class RetryAfter
{
    private const decimal MaxSeconds = long.MaxValue / (decimal)TimeSpan.TicksPerSecond;

    /// <returns>The longest wait that any line asks for, from zero to <see cref="TimeSpan.MaxValue"/>; null if none asks for one.</returns>
    public static TimeSpan? Read(HttpResponseMessage response, TimeProvider time)
    {
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var lines))
            return null;

        var now = time.GetUtcNow();
        TimeSpan? longest = null;
        foreach (var line in lines)
            longest = Longer(longest, ReadLine(line, response, now));

        return longest;
    }

    private static TimeSpan? ReadLine(ReadOnlySpan<char> line, HttpResponseMessage response, DateTimeOffset now)
    {
        line = line.Trim(" \t");
        if (HttpDate.Parse(line, now) is { } date)
            return Longer(TimeSpan.Zero, date - SentAt(response, now));

        // Proxies join lines with commas.
        TimeSpan? longest = null;
        foreach (var part in line.Split(','))
            longest = Longer(longest, ReadSeconds(line[part].Trim(" \t")));

        return longest;
    }

    // The server's own clock, if it says so: then its being wrong does not matter.
    private static DateTimeOffset SentAt(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.NonValidated.TryGetValues("Date", out var lines))
            foreach (var line in lines)
                if (HttpDate.Parse(line.AsSpan().Trim(" \t"), now) is { } date)
                    return date;

        return now;
    }

    private static TimeSpan? ReadSeconds(ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        if (!(point < 0 ? IsDigits(text) : IsDigits(text[..point]) && IsDigits(text[(point + 1)..])))
            return null;

        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < MaxSeconds
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : TimeSpan.MaxValue;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
