namespace Resilience.Http;

/// <summary>The server's own clock, if it says so (RFC 9110 §6.6.1): then its being wrong does not matter.</summary>
internal static class ServerClock
{
    /// <returns>When the response was sent; where it does not say that, <paramref name="now"/>.</returns>
    public static DateTimeOffset At(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.NonValidated.TryGetValues("Date", out var lines))
            foreach (var line in lines)
                if (HttpDate.Parse(line.AsSpan().Trim(" \t"), now) is { } date)
                    return date;

        return now;
    }
}
