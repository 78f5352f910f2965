using System.Net;

namespace Resilience.Http;

/// <summary>
/// A request was not sent, because no access token could be obtained. <see cref="HttpRequestException.StatusCode"/> is that of the token
/// endpoint. The kind is always <see cref="OutcomeKind.Unauthorized"/>: the call is not retried, because the token request already was, and the
/// circuit of the resource does not count it. For a moment afterwards, other calls fail at once in the same way.
/// </summary>
public sealed class AccessTokenException : ResilienceException
{
    /// <summary>A request that was not sent.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="endpoint">The token endpoint.</param>
    /// <param name="reason">Why there is no access token, in a few words: <c>the answer was 400, invalid_client</c>.</param>
    /// <param name="error">The code of the error.</param>
    /// <param name="errorDescription">What the token endpoint said about it.</param>
    /// <param name="statusCode">The status of its answer; null if there was none.</param>
    /// <param name="inner">What the request for the token failed with.</param>
    public AccessTokenException(
        string client, string endpoint, string reason, string? error = null, string? errorDescription = null, HttpStatusCode? statusCode = null, Exception? inner = null)
        : base($"Client '{client}': the request was not sent, because {endpoint} gave no access token: {reason}.", OutcomeKind.Unauthorized, inner, statusCode)
        => (Error, ErrorDescription) = (error, errorDescription);

    internal AccessTokenException(string client, string endpoint, AccessTokenFailure failure)
        : this(client, endpoint, failure.Reason, failure.Error, failure.Description, failure.Status, failure.Cause) => RetryAfter = failure.RetryAfter;

    /// <summary>The code of the error (RFC 6749 §5.2), such as <c>invalid_client</c>; null if the token endpoint gave none.</summary>
    public string? Error { get; }

    /// <inheritdoc/>
    public override bool WasRejected => true;

    // The server rejected our credentials, not the caller's.
    internal override OutcomeKind KindForCallers => OutcomeKind.ServerError;

    /// <summary>What the token endpoint said about it, for developers to read; null if it said nothing.</summary>
    public string? ErrorDescription { get; }
}
