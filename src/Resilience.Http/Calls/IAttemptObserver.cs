namespace Resilience.Http;

/// <summary>A policy that let an attempt through and learns from what it comes to.</summary>
internal interface IAttemptObserver
{
    /// <param name="attempt">The attempt, about to end.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="state">What the policy left with the attempt.</param>
    /// <param name="since">When it did, as a timestamp.</param>
    void OnEnded(Attempt attempt, in Outcome outcome, object? state, long since);
}
