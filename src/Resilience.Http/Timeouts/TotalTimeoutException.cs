using System.Globalization;

namespace Resilience.Http;

/// <summary>
/// A call took longer than <see cref="TotalTimeoutOptions.Timeout"/>, or than its request allows (<c>SetTimeout</c>). A timeout that is set on the
/// <see cref="HttpClient"/> itself ends the call in a <see cref="TaskCanceledException"/>, as usual.
/// </summary>
public sealed class TotalTimeoutException : ResilienceException
{
    private readonly string _client;

    /// <summary>A call that timed out.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="timeout">The time that the call was given.</param>
    /// <param name="inner">What the transport threw then.</param>
    public TotalTimeoutException(string client, TimeSpan timeout, Exception? inner = null)
        : base(string.Empty, OutcomeKind.Timeout, inner) => (_client, Timeout, Attempts) = (client, timeout, 1);

    /// <summary>The time that the call was given.</summary>
    public TimeSpan Timeout { get; }

    /// <inheritdoc/>
    public override string Message => string.Create(
        CultureInfo.InvariantCulture, $"Client '{_client}': the call did not end within {Timeout.TotalSeconds:0.###} s; it sent {LogText.Count(Attempts, "attempt")}{Late}.");
}
