namespace Resilience.Http;

/// <summary>A request carries an idempotency key that no server could accept; it was not sent.</summary>
public sealed class InvalidIdempotencyKeyException : ResilienceException
{
    internal InvalidIdempotencyKeyException(string client, string header, string fault)
        : base($"Client '{client}': the request was not sent, because its idempotency key ({header}) {fault}.", OutcomeKind.InvalidRequest)
    {
    }
}
