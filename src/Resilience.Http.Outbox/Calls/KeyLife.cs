namespace Resilience.Http;

/// <summary>For how long a key can be trusted: from the first attempt that may have reached the server, up to the retention less a margin.</summary>
/// <param name="Retention">For how long the server remembers; null if it does not say.</param>
/// <param name="Margin">How much earlier trust ends.</param>
internal readonly record struct KeyLife(TimeSpan? Retention, TimeSpan Margin)
{
    private const int MarginPart = 24;
    private static readonly TimeSpan LeastMemory = TimeSpan.FromDays(7);

    public static KeyLife Of(OutboxOptions options, IdempotencyProfile profile)
    /// <summary>Of a key that the server does not look at.</summary>
    public static KeyLife None => default;

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
        ({ } retention, { } sent) => retention - Margin - (now - sent),
    };
}
