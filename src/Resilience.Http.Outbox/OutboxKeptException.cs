namespace Resilience.Http;

/// <summary>
/// A call was not answered, but it is kept and will be made later, with the same idempotency key. Do not make it again under a new key. Under the same key it ends in the same receipt:
/// with <see cref="OutboxMode.WriteAhead"/> without being sent, with <see cref="OutboxMode.OnFailure"/> after it was sent and failed once more.
/// </summary>
public sealed class OutboxKeptException : ResilienceException
{
    internal OutboxKeptException(string client, OutboxReceipt receipt, string reason, Exception? inner)
        : base($"Client '{client}': the call is kept: {reason}. Its receipt is {receipt}.", OutcomeKind.Deferred, inner) => Receipt = receipt;

    /// <summary>The receipt, for <see cref="IOutbox"/>.</summary>
    public OutboxReceipt Receipt { get; }
}
