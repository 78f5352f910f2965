namespace Resilience.Http;

/// <summary>Hears what an attempt came to that it has joined (<see cref="AttemptContext.Join"/>).</summary>
public interface IAttemptObserver
{
    /// <summary>
    /// Called once for each attempt that was joined, innermost observer first, before the retry decides. What it throws ends the call, after
    /// the other observers have been called.
    /// </summary>
    /// <param name="result">The attempt that has ended.</param>
    /// <param name="state">What the observer handed over when it joined.</param>
    /// <param name="joinedAt">When it joined, as a timestamp of the client's clock.</param>
    void OnEnded(in AttemptResult result, object? state, long joinedAt);
}
