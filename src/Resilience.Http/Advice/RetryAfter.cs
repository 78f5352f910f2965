namespace Resilience.Http;

/// <summary>
/// Retry-After (RFC 9110 §10.2.3), the least time to wait, as servers really send it: seconds, also with a fraction or too many digits, or a
/// date, or an instant since 1970. The typed property of .NET drops several of these values and reads the first line only.
/// </summary>
internal static class RetryAfter
{
    /// <returns>The longest wait that any line asks for, from zero to <see cref="TimeSpan.MaxValue"/>; null if none asks for one.</returns>
    public static TimeSpan? Read(HttpResponseMessage response, TimeProvider time)
    {
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var lines))
            return null;

        // Once, not for every line.
        var now = time.GetUtcNow();
        var sentAt = ServerClock.At(response, now);
        TimeSpan? longest = null;
        foreach (var line in lines)
            longest = Longer(longest, ReadLine(line, now, sentAt));

        return longest;
    }

    private static TimeSpan? ReadLine(ReadOnlySpan<char> line, DateTimeOffset now, DateTimeOffset sentAt)
    {
        TimeSpan? longest = null;
        var before = 0;
        // Proxies join lines with commas, and most dates have one of their own.
        foreach (var part in line.Split(','))
        {
            var text = line[part].Trim(" \t");
            if (WireNumber.Parse(text) is { } seconds)
                longest = Longer(longest, ResetTime.UntilEpoch(seconds, sentAt) ?? WireNumber.Seconds(seconds));
            else if ((HttpDate.Parse(line[before..part.End].Trim(" \t"), now) ?? HttpDate.Parse(text, now)) is { } date)
                longest = Longer(longest, Longer(TimeSpan.Zero, date - sentAt));
            before = part.Start.Value;
        }

        return longest;
    }

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one is null || other > one ? other : one;
}
