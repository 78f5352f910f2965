namespace Resilience.Http;

/// <summary>The policies that let an attempt through, outermost first.</summary>
internal sealed class AttemptObservers
{
    private Entry[] _all = new Entry[4];
    private int _count;

    public void Add(IAttemptObserver observer, object? state, long since)
    {
        if (_count == _all.Length)
            Array.Resize(ref _all, _count * 2);
        _all[_count++] = new(observer, state, since);
    }

    /// <summary>Tells all of them, the innermost first, whatever a user's rule throws in one; then there are none.</summary>
    public void Tell(Attempt attempt, in Outcome outcome)
    {
        try
        {
            while (_count > 0)
            {
                var (observer, state, since) = _all[--_count];
                _all[_count] = default;
                observer.OnEnded(attempt, outcome, state, since);
            }
        }
        catch
        {
            // Nobody will see the response.
            outcome.Response?.Dispose();
            Tell(attempt, outcome);
            throw;
        }
    }

    // A struct of its own, since code for tuples of references is shared between types and slower.
    private readonly record struct Entry(IAttemptObserver Observer, object? State, long Since);
}
