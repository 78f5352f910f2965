namespace Resilience.Http;

/// <summary>The policies that let an attempt through, outermost first.</summary>
internal sealed class AttemptObservers
{
    private Entry[] _all = new Entry[4];
    private int _count;

    public void Add(IAttemptObserver observer, object? state, long joinedAt)
    {
        if (_count == _all.Length)
            Array.Resize(ref _all, _count * 2);
        _all[_count++] = new(observer, state, joinedAt);
    }

    /// <summary>Calls all of them, the innermost first, whatever a user's rule throws in one; then there are none.</summary>
    public void Tell(Attempt attempt, in Outcome outcome)
    {
        if (_count == 0)
            return;

        var result = new AttemptResult(attempt, outcome);
        try
        {
            while (_count > 0)
            {
                var (observer, state, joinedAt) = _all[--_count];
                _all[_count] = default;
                observer.OnEnded(result, state, joinedAt);
            }
        }
        catch
        {
            DropResponse(attempt, outcome);
            throw;
        }
    }

    // Nobody will see it, and its body ends here for those who are still to be told.
    private void DropResponse(Attempt attempt, in Outcome outcome)
    {
        try
        {
            attempt.IsBodyLeft = false;
            outcome.Response?.Dispose();
        }
        finally
        {
            Tell(attempt, outcome);
        }
    }

    // A struct of its own, since code for tuples of references is shared between types and slower.
    private readonly record struct Entry(IAttemptObserver Observer, object? State, long JoinedAt);
}
