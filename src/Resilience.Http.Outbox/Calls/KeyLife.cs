namespace Resilience.Http;

/// <summary>For how long a key can be trusted: from the first attempt that may have reached the server, up to the retention less a margin.</summary>
/// <param name="Retention">For how long the server remembers; null if it does not say.</param>
/// <param name="Margin">How much earlier trust ends.</param>
internal readonly record struct KeyLife(TimeSpan? Retention, TimeSpan Margin)
{
    private const int MarginPart = 24;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeastMemory = TimeSpan.FromDays(7);

    /// <summary>Of a key that the server does not look at.</summary>
    public static KeyLife None => default;

    public static KeyLife Of(OutboxOptions options, IdempotencyProfile profile)
    {
        var retention = options.Retention ?? profile.Retention;
        return new(retention, options.RetentionMargin ?? (retention / MarginPart ?? TimeSpan.Zero));
    }

    /// <summary>How long an ended entry is remembered: once both sides have forgotten a key, handing it in again would double the call.</summary>
    public TimeSpan Memory => Retention > LeastMemory ? Retention.Value : LeastMemory;

    /// <summary>How long a try may take; zero or less if the key must not be sent any more.</summary>
    /// <param name="firstSentAt">When the first attempt left; null if none did, and then the key begins its life now.</param>
    /// <param name="now">The time.</param>
    public TimeSpan Left(DateTimeOffset? firstSentAt, DateTimeOffset now) => (Retention, firstSentAt) switch
    {
        (null, null) => TimeSpan.MaxValue,
        (null, _) => TimeSpan.Zero,
        ({ } retention, null) => retention - Margin,
        // By a clock that is lost, as after a fail-over: nobody knows how long ago that was.
        (_, { } sent) when sent - now > (Margin > Skew ? Margin : Skew) => TimeSpan.Zero,
        ({ } retention, { } sent) => retention - Margin - (now - sent),
    };
}
