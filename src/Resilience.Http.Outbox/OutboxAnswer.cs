namespace Resilience.Http;

/// <summary>The server's final answer to a kept call.</summary>
/// <param name="Status">The status; null if a reconciler said that it was done.</param>
/// <param name="ContentType">The type of the body; null if it has none.</param>
/// <param name="Body">The body; empty if it was longer than <see cref="OutboxOptions.MaxAnswerBytes"/>, or broke.</param>
public sealed record OutboxAnswer(int? Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>The status.</summary>
    public override string ToString() => $"{Status}";
}
