namespace Resilience.Http.Tests;

/// <summary>Replies in order, one per request; the last one repeats. Thread-safe.</summary>
internal sealed class ReplyScript(IReadOnlyList<Reply> replies)
{
    private int _next = -1;

    public Reply Next() => replies[Math.Min(Interlocked.Increment(ref _next), replies.Count - 1)];
}
