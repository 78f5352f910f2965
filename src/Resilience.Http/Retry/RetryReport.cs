namespace Resilience.Http;

/// <summary>How the retries of one call went.</summary>
public sealed class RetryReport
{
    /// <summary>A report made for a test.</summary>
    /// <param name="attempts">How many attempts were sent.</param>
    /// <param name="reason">Why there was no further one.</param>
    public RetryReport(int attempts, RetryStopReason reason) => (Attempts, Reason) = (attempts, reason);

    /// <summary>How many attempts were sent.</summary>
    public int Attempts { get; }

    /// <summary>Why there was no further one.</summary>
    public RetryStopReason Reason { get; }

    /// <summary>Both in words.</summary>
    /// <returns>Such as <c>2 attempts: Final</c>.</returns>
    public override string ToString() => $"{LogText.Count(Attempts, "attempt")}: {Reason}";
}
