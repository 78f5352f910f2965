namespace Resilience.Http;

/// <summary>A request was not sent, because its idempotency key is invalid, or because no policy of the client would send it.</summary>
public sealed class InvalidIdempotencyKeyException : ResilienceException
{
    /// <summary>A request that was not sent.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="header">The header of the key, or what set it.</param>
    /// <param name="fault">What is wrong, as it reads after the header: <c>is empty</c>.</param>
    public InvalidIdempotencyKeyException(string client, string header, string fault)
        : base($"Client '{client}': the request was not sent, because its idempotency key ({header}) {fault}.", OutcomeKind.InvalidRequest)
    {
    }
}
