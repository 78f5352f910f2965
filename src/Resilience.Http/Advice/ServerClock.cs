namespace Resilience.Http;

/// <summary>The server's own clock, by the Date field (RFC 9110 §6.6.1), so that a wrong clock does not matter.</summary>
internal static class ServerClock
{
    /// <returns>When the response was sent; <paramref name="now"/> if it does not say.</returns>
    public static DateTimeOffset At(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.NonValidated.TryGetValues("Date", out var lines))
            foreach (var line in lines)
                if (HttpDate.Parse(line.AsSpan().Trim(" \t"), now) is { } date)
                    return date;

        return now;
    }
}
