namespace CustomPolicy;

/// <summary>A request was not sent. Its kind says that it was rejected: no circuit counts it, and no retry repeats it.</summary>
public sealed class BulkheadFullException(string client, string partition) : ResilienceException(string.Empty, OutcomeKind.RejectedByLimiter)
{
    // Made when it is read: most rejections are never looked at.
    public override string Message => $"Client '{client}': the request was not sent, because {partition} has as many under way as it may.";
}
