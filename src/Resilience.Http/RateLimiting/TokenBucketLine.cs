using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http;

/// <summary>Those who wait for a bucket, in order, and what they take. A place is a reservation: who leaves returns what it reserved, and all behind move up.</summary>
internal sealed class TokenBucketLine(TokenBucket bucket)
{
    private readonly LinkedList<TokenBucketWaiter> _places = new();
    private readonly Backlog _backlog = new();

    public int Count => _places.Count;

    public TokenBucketWaiter? Head => _places.First?.Value;

    /// <summary>The permits of the own limit that all of them take.</summary>
    public long Permits => _backlog.Own;

    public TokenBucketWaiter[] All => [.. _places];

    /// <summary>When the permits come of one that joins now.</summary>
    public long Slot(in PermitCost cost) => bucket.SlotOf(cost, _backlog);

    public void Add(TokenBucketWaiter waiter)
    {
        waiter.Place = _places.AddLast(waiter);
        _backlog.Add(waiter.Request.Cost);
    }

    public bool Remove([NotNullWhen(true)] TokenBucketWaiter? waiter)
    {
        if (waiter?.Place is not { List: not null } place)
            return false;

        _places.Remove(place);
        _backlog.Remove(waiter.Request.Cost);
        return true;
    }

    /// <summary>Takes out all whose permits come too late for them.</summary>
    public List<(TokenBucketWaiter Waiter, long Slot)> RemoveLate()
    {
        List<(TokenBucketWaiter, long)> late = [];
        var ahead = new Backlog();
        for (var (place, next) = (_places.First, _places.First?.Next); place is not null; (place, next) = (next, next?.Next))
        {
            var (waiter, slot) = (place.Value, bucket.SlotOf(place.Value.Request.Cost, ahead));
            if (slot > waiter.Request.Latest && Remove(waiter))
                late.Add((waiter, slot));
            else
                ahead.Add(waiter.Request.Cost);
        }

        return late;
    }
}
