namespace Resilience.Http;

/// <summary>
/// A request was not sent, because the client's own limit rejected it. <see cref="ResilienceException.RetryAfter"/> is how long its permit would
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

    internal override bool IsOfOneAddress => Partition is not "*" || Reason is RateLimitReason.PausedByServer;

    // Made when it is read: most requests that a limiter rejects are never looked at.
    /// <inheritdoc/>
    public override string Message => Explain(Again, Wait);

    internal override string Detail => Explain(again: "", wait: "");

    private string Explanation => Reason switch
    {
        RateLimitReason.QueueFull => $"the queue for {Bucket} is full",
        RateLimitReason.WouldMissDeadline => $"its permit from {Bucket} would take longer than the call has left",
        RateLimitReason.QueueTimeTooLong => $"its permit from {Bucket} would take longer than MaxQueueTime allows",
        RateLimitReason.PausedByServer => $"{Bucket} is paused, as the server asked",
        _ => "the rate limiter rejected it",
    };

    private string Bucket => Partition is "*" ? "the client's bucket" : $"the bucket of {LogText.OneLine(Partition)}";

    private string Explain(string again, string wait) => $"Client '{Client}': the request was not sent{again}, because {Explanation}{wait}.";
}
