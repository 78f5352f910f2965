namespace Resilience.Http;

/// <summary>
/// A call was not answered, but it is kept and will be made later, with the same idempotency key; or it was handed in before and has ended since, as the message says. Do not make it again under a
/// new key. Under the same key it ends in the same receipt: with <see cref="OutboxMode.WriteAhead"/> without being sent, with <see cref="OutboxMode.OnFailure"/> after it was sent and failed once more.
/// </summary>
public sealed class OutboxKeptException : ResilienceException
{
    internal OutboxKeptException(string client, OutboxRow row, string reason, Exception? inner)
        : base($"Client '{client}': {Say(row, reason)}. Its receipt is {new OutboxReceipt(row.Id)}.", OutcomeKind.Deferred, inner) => Receipt = new(row.Id);

    /// <summary>The receipt, for <see cref="IOutbox"/>.</summary>
    public OutboxReceipt Receipt { get; }

    private static string Say(OutboxRow row, string reason)
        => row.State is OutboxState.Waiting ? $"the call is kept: {reason}" : $"the call was handed in before, and has ended: it is {row.State}";
}
