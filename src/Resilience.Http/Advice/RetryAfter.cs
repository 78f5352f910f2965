namespace Resilience.Http;

/// <summary>
/// Retry-After (RFC 9110 §10.2.3), the least time to wait, as servers really send it: seconds, also with a fraction or too many digits, or a
/// date. The typed property of .NET drops several of these values and reads the first line only.
/// </summary>
internal static class RetryAfter
{
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
            return Longer(TimeSpan.Zero, date - ServerClock.At(response, now));

        // Proxies join lines with commas.
        TimeSpan? longest = null;
        foreach (var part in line.Split(','))
            longest = Longer(longest, WireNumber.Parse(line[part].Trim(" \t")) is { } seconds ? WireNumber.Seconds(seconds) : null);

        return longest;
    }

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
