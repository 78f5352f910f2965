namespace Resilience.Http;

/// <summary>Those who wait for the permits of one bucket, first come, first served. Not safe for concurrent use.</summary>
internal sealed class QuotaLine
{
    private readonly LinkedList<QuotaWaiter> _line = new();

    public int Count => _line.Count;

    /// <summary>How many permits all of them want.</summary>
    public long Permits { get; private set; }

    public void Add(QuotaWaiter waiter)
    {
        waiter.Place = _line.AddLast(waiter);
        Permits += waiter.Take.Permits;
    }

    public bool Remove(QuotaWaiter waiter)
    {
        if (waiter.Place is not { List: not null } place)
            return false;

        _line.Remove(place);
        Permits -= waiter.Take.Permits;
        return true;
    }

    /// <summary>Grants those whose turn it is. What they do then happens elsewhere.</summary>
    /// <param name="tryTake">Takes permits for one of them, if there are enough.</param>
    public void Serve(Func<long, bool> tryTake)
    {
        while (_line.First is { Value: var head } && tryTake(head.Take.Permits))
        {
            Remove(head);
            head.TrySetResult(default);
        }
    }

    /// <summary>Rejects those who wait in vain. What they do then happens elsewhere.</summary>
    /// <param name="findRejection">What rejects one of them, by the number of waiters and permits before it.</param>
    public void Reject(Func<QuotaTake, int, long, QuotaAdmission?> findRejection)
    {
        var (before, permits) = (0, 0L);
        for (var (place, next) = (_line.First, _line.First?.Next); place is not null; (place, next) = (next, next?.Next))
        {
            if (findRejection(place.Value.Take, before, permits) is { } rejection)
            {
                Remove(place.Value);
                place.Value.TrySetResult(rejection);
            }
            else
            {
                (before, permits) = (before + 1, permits + place.Value.Take.Permits);
            }
        }
    }
}
