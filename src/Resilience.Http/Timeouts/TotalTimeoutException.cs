namespace Resilience.Http;

/// <summary>
/// The call took longer than its request allows (<see cref="RequestExtensions"/>, <c>SetTimeout</c>). The client's own total timeout is
/// <see cref="HttpClient.Timeout"/>, which ends a call in a <see cref="TaskCanceledException"/>.
/// </summary>
public sealed class TotalTimeoutException : ResilienceException
{
    internal TotalTimeoutException(string client, TimeSpan timeout, Exception? inner)
        : base($"Client '{client}': the call did not end within the {timeout.TotalSeconds:0.###} s that its request allows.", OutcomeKind.Timeout, inner) => Timeout = timeout;

    /// <summary>How long the call was given.</summary>
    public TimeSpan Timeout { get; }
}
