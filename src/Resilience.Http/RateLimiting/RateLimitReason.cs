namespace Resilience.Http;

/// <summary>Why an attempt was rejected before it was sent.</summary>
public enum RateLimitReason
{
    /// <summary>The queue is full: <see cref="TokenBucketOptions.QueueLimit"/> attempts wait.</summary>
    QueueFull,

    /// <summary>The permit would come after the deadline of the call.</summary>
    WouldMissDeadline,

    /// <summary>The permit would take longer than <see cref="TokenBucketOptions.MaxQueueTime"/>.</summary>
    QueueTimeTooLong,

    /// <summary>The server asked for a pause that is longer than the attempt may wait.</summary>
    PausedByServer,

    /// <summary>Another <see cref="System.Threading.RateLimiting.RateLimiter"/> rejected it, or the bucket was disposed.</summary>
    Rejected,
}
