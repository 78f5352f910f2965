namespace Resilience.Http;

/// <summary>
/// A request was not sent, because no access token could be obtained. <see cref="HttpRequestException.StatusCode"/> is that of the token
/// endpoint. The kind is always <see cref="OutcomeKind.Unauthorized"/>: the call is not retried, because the token request already was, and the
/// circuit of the resource does not count it. For a moment afterwards, other calls fail at once in the same way.
/// </summary>
public sealed class AccessTokenException : ResilienceException
{
    internal AccessTokenException(string client, string endpoint, AccessTokenFailure failure)
        : base($"Client '{client}': the request was not sent, because {endpoint} gave no access token: {failure.Reason}.", OutcomeKind.Unauthorized, failure.Cause, failure.Status)
        => (Error, ErrorDescription, RetryAfter) = (failure.Error, failure.Description, failure.RetryAfter);

    /// <summary>The code of the error (RFC 6749 §5.2), such as <c>invalid_client</c>; null if the token endpoint gave none.</summary>
    public string? Error { get; }

    /// <inheritdoc/>
    public override bool WasRejected => true;

    // The server rejected our credentials, not the caller's.
    internal override OutcomeKind KindForCallers => OutcomeKind.ServerError;

    /// <summary>What the token endpoint said about it, for developers to read; null if it said nothing.</summary>
    public string? ErrorDescription { get; }
}
