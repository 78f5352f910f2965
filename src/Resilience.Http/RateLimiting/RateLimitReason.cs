namespace Resilience.Http;

/// <summary>Why an attempt was refused before it was sent.</summary>
public enum RateLimitReason
{
    /// <summary>As many attempts wait as <see cref="TokenBucketOptions.QueueLimit"/> allows.</summary>
    QueueFull,

    /// <summary>The permit would come after the deadline of the call.</summary>
    WouldMissDeadline,

    /// <summary>The permit would take longer than <see cref="TokenBucketOptions.MaxQueueTime"/>.</summary>
    QueueTimeTooLong,

    /// <summary>The server asked for a pause that outlasts what the attempt may wait.</summary>
    PausedByServer,

    /// <summary>Another <see cref="System.Threading.RateLimiting.RateLimiter"/> refused, or the bucket was disposed.</summary>
    Rejected,
}
