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

    /// <summary>The longest of the times that a field gives: a proxy may have doubled it, in lines or joined by commas.</summary>
    /// <param name="value">The field's lines, joined by commas; null if there is none.</param>
    /// <param name="sentAt">The time on the server's clock.</param>
    /// <returns>Null if none of them says anything.</returns>
    public static TimeSpan? Longest(ReadOnlySpan<char> value, DateTimeOffset sentAt)
    {
        TimeSpan? longest = null;
        foreach (var part in value.Split(','))
        {
            if (Parse(value[part].Trim(), sentAt) is { } time && !(time <= longest))
                longest = time;
        }

        return longest;
    }

    /// <param name="text">The value without white space around it.</param>
    /// <param name="sentAt">The time on the server's clock.</param>
    /// <returns>The time from then on, at least zero; null if the text says nothing.</returns>
    public static TimeSpan? Parse(ReadOnlySpan<char> text, DateTimeOffset sentAt) => WireNumber.Parse(text) switch
    {
        null when IsoInstant.Parse(text) is { } instant => Until(instant, sentAt),
        null => GoDuration.Parse(text),
        < FirstEpoch and var seconds => WireNumber.Seconds(seconds),
        { } number => UntilEpoch(number, sentAt),
    };

    /// <summary>A number where seconds are due: an instant since 1970 if it is too large for a wait.</summary>
    /// <returns>The time from then on; null if the number is too small for an instant, or no instant that there is.</returns>
    public static TimeSpan? UntilEpoch(decimal number, DateTimeOffset sentAt) => number switch
    {
        < FirstEpoch => null,
        < FirstImplausible => UntilSecond(number, sentAt),
        >= FirstEpochInMilliseconds and <= LastSecond * 1000 => UntilSecond(number / 1000, sentAt),
        _ => null,
    };

    private static TimeSpan UntilSecond(decimal seconds, DateTimeOffset sentAt)
        => Until(DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)), sentAt);

    private static TimeSpan Until(DateTimeOffset instant, DateTimeOffset sentAt) => instant > sentAt ? instant - sentAt : TimeSpan.Zero;
}
