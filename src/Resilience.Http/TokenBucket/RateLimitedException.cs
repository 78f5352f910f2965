using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// A request was not sent, because the client's own limit refused it. <see cref="ResilienceException.RetryAfter"/> is how long its permit would
/// have taken; null if that is not known.
/// </summary>
public sealed class RateLimitedException : ResilienceException
{
    internal RateLimitedException(string client, string partition, RateLimitedReason reason, TimeSpan? retryAfter)
        : base($"Client '{client}': the request was not sent, because {Explain(reason, partition, retryAfter)}.", OutcomeKind.RateLimited)
        => (Client, Partition, Reason, RetryAfter) = (client, partition, reason, retryAfter);

    /// <summary>The name of the client; empty for handlers made by hand.</summary>
    public string Client { get; }

    /// <summary>Whose bucket was empty: the name that the options or the request chose, or <c>*</c> for the whole client.</summary>
    public string Partition { get; }

    /// <summary>What stood in the way.</summary>
    public RateLimitedReason Reason { get; }

    private static string Explain(RateLimitedReason reason, string partition, TimeSpan? retryAfter)
    {
        var wait = string.Create(CultureInfo.InvariantCulture, $"{retryAfter?.TotalSeconds:0.###} s");
        return reason switch
        {
            RateLimitedReason.QueueFull => $"the queue for the bucket of {partition} is full; a permit would take {wait}",
            RateLimitedReason.WouldMissDeadline => $"its permit from the bucket of {partition} would take {wait}, longer than the call has left",
            RateLimitedReason.QueueTimeTooLong => $"its permit from the bucket of {partition} would take {wait}, longer than MaxQueueTime allows",
            RateLimitedReason.PausedByServer => $"the server asked for a pause, and a permit from the bucket of {partition} would take {wait}",
            _ => "the rate limiter refused it",
        };
    }
}
