namespace Resilience.Http;

/// <summary>The policies that let an attempt through, outermost first.</summary>
internal sealed class AttemptObservers
{
    private readonly List<(IAttemptObserver Observer, object? State, long Since)> _all = new(capacity: 4);

    public void Add(IAttemptObserver observer, object? state, long since) => _all.Add((observer, state, since));

    /// <summary>Tells all of them, the innermost first, whatever a user's rule throws in one; then there are none.</summary>
    public void Tell(Attempt attempt, in Outcome outcome)
    {
        try
        {
            Tell(_all.Count, attempt, outcome);
        }
        catch
        {
            // Nobody will see the response.
            outcome.Response?.Dispose();
            throw;
        }
        finally
        {
            _all.Clear();
        }
    }

    private void Tell(int count, Attempt attempt, in Outcome outcome)
    {
        if (count == 0)
            return;

        var (observer, state, since) = _all[count - 1];
        try
        {
            observer.OnEnded(attempt, outcome, state, since);
        }
        finally
        {
            Tell(count - 1, attempt, outcome);
        }
    }
}
