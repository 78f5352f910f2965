namespace Resilience.Http;

/// <summary>An attempt took longer than it may. Whether the server acted on the request is not known.</summary>
public sealed class AttemptTimeoutException : ResilienceException
{
    internal AttemptTimeoutException(string client, TimeSpan timeout, Exception? inner)
        : base($"Client '{client}': the attempt did not end within {timeout.TotalSeconds:0.###} s.", OutcomeKind.Timeout, inner) => (Timeout, Attempts) = (timeout, 1);

    /// <summary>How long the attempt was given.</summary>
    public TimeSpan Timeout { get; }
}
