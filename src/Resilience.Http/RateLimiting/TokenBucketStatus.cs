using System.Globalization;

namespace Resilience.Http;

/// <summary>One bucket at one moment.</summary>
public sealed class TokenBucketStatus
{
    internal static readonly IReadOnlyDictionary<string, TokenBucketLimitStatus> NoLimits = new Dictionary<string, TokenBucketLimitStatus>();

    internal TokenBucketStatus(string partition, int level, int waiting, IReadOnlyList<ServerPause> pauses)
        => (Partition, Level, Waiting, Pauses) = (partition, level, waiting, pauses);

    /// <summary>The partition: the name that the options or a request chose, or <c>*</c> for the whole client.</summary>
    public string Partition { get; }

    /// <summary>Permits that are free; 0 while attempts wait, unless in the background. Those of the rate of the bucket itself: a further limit may have fewer.</summary>
    public int Level { get; }

    /// <summary>How many permits become free per second, for this partition at the moment; infinite if a provider says that there is no limit.</summary>
    public double PermitsPerSecond { get; internal init; }

    /// <summary>The further limits, by the names that they have in <see cref="TokenBucketOptions.Limits"/>. Case does not matter.</summary>
    public IReadOnlyDictionary<string, TokenBucketLimitStatus> Limits { get; internal init; } = NoLimits;

    /// <summary>Attempts that wait for a permit, those in the background too.</summary>
    public int Waiting { get; }

    /// <summary>The pauses that servers have asked for and that are not over; each can be ended.</summary>
    public IReadOnlyList<ServerPause> Pauses { get; }

    /// <summary>When the last of the pauses ends; null if there is none.</summary>
    public DateTimeOffset? PausedUntil => Pauses.Max(pause => pause.Until);

    /// <summary>The bucket as one line.</summary>
    /// <returns>Such as <c>*: 4 free, 0 waiting, paused until 2026-11-27 09:30:00Z</c>.</returns>
    public override string ToString() => PausedUntil is { } until
        ? string.Create(CultureInfo.InvariantCulture, $"{Partition}: {Level} free, {Waiting} waiting, paused until {until:u}")
        : string.Create(CultureInfo.InvariantCulture, $"{Partition}: {Level} free, {Waiting} waiting");
}
