using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// A request was not sent, because the client's own limit refused it. <see cref="ResilienceException.RetryAfter"/> is how long its permit would
/// have taken; null if that is not known.
/// </summary>
public sealed class RateLimitedException : ResilienceException
{
    /// <summary>A rejection by a limit of the client's own.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="partition">Whose bucket it is, or <c>*</c> for the whole client.</param>
    /// <param name="reason">What stood in the way.</param>
    /// <param name="retryAfter">How long the permit would have taken; null if that is not known.</param>
    public RateLimitedException(string client, string partition, RateLimitReason reason, TimeSpan? retryAfter)
        : base(string.Empty, OutcomeKind.RejectedByLimiter) => (Client, Partition, Reason, RetryAfter) = (client, partition, reason, retryAfter);

    /// <summary>The name of the client; empty for handlers that are used without a container.</summary>
    public string Client { get; }

    /// <summary>Whose bucket was empty: the name that the options or the request chose, or <c>*</c> for the whole client.</summary>
    public string Partition { get; }

    /// <summary>What stood in the way.</summary>
    public RateLimitReason Reason { get; }

    internal override bool IsOfOneAddress => Partition is not "*";

    // Made when it is read: most requests that a limiter sheds are never looked at.
    /// <inheritdoc/>
    public override string Message => $"Client '{Client}': the request was not sent{Again}, because {Explanation}.";

    private string Explanation => Reason switch
    {
        RateLimitReason.QueueFull => $"the queue for {Bucket} is full; a permit would take {Wait}",
        RateLimitReason.WouldMissDeadline => $"its permit from {Bucket} would take {Wait}, longer than the call has left",
        RateLimitReason.QueueTimeTooLong => $"its permit from {Bucket} would take {Wait}, longer than MaxQueueTime allows",
        RateLimitReason.PausedByServer => $"the server asked for a pause, and a permit from {Bucket} would take {Wait}",
        _ => "the rate limiter refused it",
    };

    private string Bucket => Partition is "*" ? "the client's bucket" : $"the bucket of {Partition}";

    private string Wait => string.Create(CultureInfo.InvariantCulture, $"{RetryAfter?.TotalSeconds:0.###} s");
}
