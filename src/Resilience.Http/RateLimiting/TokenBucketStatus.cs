namespace Resilience.Http;

/// <summary>One bucket at one moment.</summary>
public sealed class TokenBucketStatus
{
    internal TokenBucketStatus(string partition, int level, int waiting, DateTimeOffset? pausedUntil)
        => (Partition, Level, Waiting, PausedUntil) = (partition, level, waiting, pausedUntil);

    /// <summary>The partition: the name that the options or a request chose, or <c>*</c> for the whole client.</summary>
    public string Partition { get; }

    /// <summary>Permits that are free; 0 while attempts wait.</summary>
    public int Level { get; }

    /// <summary>Attempts that wait for a permit.</summary>
    public int Waiting { get; }

    /// <summary>When the server's pause ends; null if there is none.</summary>
    public DateTimeOffset? PausedUntil { get; }
}
