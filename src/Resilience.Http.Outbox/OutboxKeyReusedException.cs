namespace Resilience.Http;

/// <summary>A call was not sent, because its idempotency key was handed in before with another request.</summary>
public sealed class OutboxKeyReusedException : ResilienceException
{
    internal OutboxKeyReusedException(string client)
        : base($"Client '{client}': the request was not sent, because its idempotency key was handed in before with another request. Use a new key for a new request.", OutcomeKind.InvalidRequest)
    {
    }

    /// <inheritdoc/>
    public override bool WasRejected => true;
}
