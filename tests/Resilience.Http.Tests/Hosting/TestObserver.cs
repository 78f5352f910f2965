namespace Resilience.Http.Tests;

/// <summary>Does as it is told when an attempt ends that it has joined.</summary>
internal sealed class TestObserver(Action<AttemptResult, object?> onEnded) : IAttemptObserver
{
    void IAttemptObserver.OnEnded(in AttemptResult result, object? state, long joinedAt) => onEnded(result, state);
}
