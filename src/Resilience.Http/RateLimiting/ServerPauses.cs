using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>
/// The gates of one bucket, by authority. A gate is a bucket of the same pace, which is empty until the pause is over: so the first requests after it
/// come at the rate, without a burst, and those who wait keep their order. Safe for concurrent use.
/// </summary>
internal sealed class ServerPauses(Pacing pacing)
{
    private const int MaxAuthorities = 1000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<PartitionKey, ServerGate> _gates = new();
    private volatile int _count;

    public bool IsEmpty => _count == 0;

    public IEnumerable<ServerGate> Gates => IsEmpty ? [] : _gates.Values;

    /// <summary>What requests to an authority have to pass; null if nothing stands in their way.</summary>
    public ServerGate? Find(in PartitionKey authority, long now)
    {
        if (!_gates.TryGetValue(authority, out var gate))
            return null;

        gate.FollowOptions(now);
        if (gate.RetentionAt(now) is not Retention.None)
            return gate;

        lock (_lock)
            RemoveIfOver(gate, now);
        return null;
    }

    /// <summary>Has an authority paused, or slowed down.</summary>
    /// <param name="authority">The authority.</param>
    /// <param name="wasCalled">Whether it was called itself. Whoever redirects names as many others as he likes, which take no place of one that was.</param>
    /// <param name="full">When the bucket that it asks is full, as a timestamp.</param>
    /// <param name="change">What happens to the gate of the authority.</param>
    public bool Change(in PartitionKey authority, bool wasCalled, long full, Func<ServerGate, bool> change)
    {
        lock (_lock)
        {
            if (!_gates.TryGetValue(authority, out var gate))
            {
                if (!HasRoom() && !TryMakeRoom(wasCalled))
                    return false;

                gate = _gates[authority] = new(authority, pacing, full);
                _count = _gates.Count;
            }

            gate.WasCalled |= wasCalled;
            return change(gate);
        }
    }

    private bool HasRoom()
    {
        if (_count < MaxAuthorities)
            return true;

        var now = pacing.Time.GetTimestamp();
        foreach (var gate in _gates.Values)
            RemoveIfOver(gate, now);
        return _count < MaxAuthorities;
    }

    private bool TryMakeRoom(bool isForOneCalled)
    {
        var first = _gates.Values.Where(gate => gate.Waiting == 0).MinBy(gate => (gate.WasCalled, gate.Full));
        if (first is { WasCalled: true } && !isForOneCalled)
            return false;

        if (first is not null)
            _gates.TryRemove(first.Key, out _);
        return true;
    }

    private void RemoveIfOver(ServerGate gate, long now)
    {
        if (gate.RetentionAt(now) is Retention.None)
            _gates.TryRemove(gate.Key, out _);
        _count = _gates.Count;
    }
}
