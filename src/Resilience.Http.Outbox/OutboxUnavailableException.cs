namespace Resilience.Http;

/// <summary>
/// The outbox could not keep a call, because its store is full, locked, broken or of an unknown version; or because the call cannot be kept. A call that should have been kept before
/// it was sent was not sent, so it can be made again, under the same key: if the connection to PostgreSQL broke in the middle of the commit, it may be kept all the same.
/// </summary>
public sealed class OutboxUnavailableException(string message, Exception? inner = null) : ResilienceException(message, OutcomeKind.ClientError, inner)
{
    /// <inheritdoc/>
    public override bool WasRejected => true;
}
