namespace QuickStart;

/// <summary>What goes wrong when. Fair weather at both ends, the outage in the middle.</summary>
internal static class Schedule
{
    private static readonly (int Seconds, Weather Weather)[] Phases =
    [
        (2, Weather.Fair),
        (3, Weather.RateLimit),
        (3, Weather.BurstsOf503),
        (3, Weather.Resets),
        (3, Weather.Stalls),
        (4, Weather.Outage),
        (4, Weather.Fair),
    ];

    public static TimeSpan Length { get; } = TimeSpan.FromSeconds(Phases.Sum(phase => phase.Seconds));

    public static Weather At(TimeSpan elapsed)
    {
        var end = TimeSpan.Zero;
        foreach (var (seconds, weather) in Phases)
        {
            end += TimeSpan.FromSeconds(seconds);
            if (elapsed < end)
                return weather;
        }

        return Weather.Fair;
    }
}
