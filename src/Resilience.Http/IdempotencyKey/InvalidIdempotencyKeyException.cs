namespace Resilience.Http;

/// <summary>A request was not sent, because its idempotency key is invalid, or because no policy of the client would send it.</summary>
public sealed class InvalidIdempotencyKeyException : ResilienceException
{
    internal InvalidIdempotencyKeyException(string client, string header, string fault)
        : base($"Client '{client}': the request was not sent, because its idempotency key ({header}) {fault}.", OutcomeKind.InvalidRequest)
    {
    }
}
