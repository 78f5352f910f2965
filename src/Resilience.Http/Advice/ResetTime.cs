namespace Resilience.Http;

/// <summary>
/// When a quota resets, in the forms that servers use: seconds from now, seconds or milliseconds since 1970, ISO 8601, a Go duration.
/// The size of a number shows its kind: no quota lasts thirty years.
/// </summary>
internal static class ResetTime
{
    private const decimal FirstEpoch = 1e9m;
    private const decimal FirstImplausible = 1e11m;
    private const decimal FirstEpochInMilliseconds = 1e12m;

    // The end of the year 9999.
    private const decimal LastSecond = 253_402_300_799;

    /// <param name="text">The value without white space around it.</param>
    /// <param name="sentAt">The time on the server's clock.</param>
    /// <returns>The time from then on, at least zero; null if the text says nothing.</returns>
    public static TimeSpan? Parse(ReadOnlySpan<char> text, DateTimeOffset sentAt) => WireNumber.Parse(text) switch
    {
        null when IsoInstant.Parse(text) is { } instant => Until(instant, sentAt),
        null => GoDuration.Parse(text),
        < FirstEpoch and var seconds => WireNumber.Seconds(seconds),
        < FirstImplausible and var seconds => UntilEpoch(seconds, sentAt),
        >= FirstEpochInMilliseconds and <= LastSecond * 1000 and var milliseconds => UntilEpoch(milliseconds / 1000, sentAt),
        _ => null,
    };

    private static TimeSpan UntilEpoch(decimal seconds, DateTimeOffset sentAt)
        => Until(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)), sentAt);

    private static TimeSpan Until(DateTimeOffset instant, DateTimeOffset sentAt) => instant > sentAt ? instant - sentAt : TimeSpan.Zero;
}
