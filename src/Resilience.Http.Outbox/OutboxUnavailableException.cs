namespace Resilience.Http;

/// <summary>
/// The outbox could not keep a call, because its store is full, locked, broken or of an unknown version; or because the call cannot be kept. It can be made again, under the same key. A call that should have been kept
/// before it was sent was not sent, unless the message says that it has failed.
/// </summary>
public sealed class OutboxUnavailableException(string message, Exception? inner = null) : ResilienceException(LogText.OneLine(message, MaxMessage), OutcomeKind.ClientError, inner)
{
    // What a database says may have many lines.
    private const int MaxMessage = 1000;

    /// <summary>
    /// Whether the call may be kept all the same, and is sent then: the store was asked, and its answer is not known. Where the call was to be kept after its failure, or to be forgotten with it, it was sent before
    /// as well. Make it again under the same key only. The default is false.
    /// </summary>
    public bool MayBeKept { get; init; }

    /// <inheritdoc/>
    public override bool WasRejected => !MayBeKept;
}
