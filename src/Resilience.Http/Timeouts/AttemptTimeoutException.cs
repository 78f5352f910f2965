using System.Globalization;

namespace Resilience.Http;

/// <summary>An attempt took longer than its timeout. It is not known whether the server acted on the request.</summary>
public sealed class AttemptTimeoutException : ResilienceException
{
    private readonly string _client;

    /// <summary>An attempt that timed out.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="timeout">The time that the attempt was given.</param>
    /// <param name="inner">What the transport threw then.</param>
    public AttemptTimeoutException(string client, TimeSpan timeout, Exception? inner = null)
        : base(string.Empty, OutcomeKind.Timeout, inner) => (_client, Timeout, Attempts) = (client, timeout, 1);

    /// <summary>The time that the attempt was given.</summary>
    public TimeSpan Timeout { get; }

    /// <inheritdoc/>
    public override string Message => string.Create(
        CultureInfo.InvariantCulture, $"Client '{_client}': {(Attempts > 1 ? $"the last of {Attempts} attempts" : "the attempt")} did not end within {Timeout.TotalSeconds:0.###} s, the attempt timeout{Hint}{Late}.");

    private string Hint => Timeout == new AttemptTimeoutOptions().Timeout
        ? " by default; for calls that take longer by nature raise AttemptTimeout, or use StandardPolicies.LongRunning"
        : string.Empty;
}
