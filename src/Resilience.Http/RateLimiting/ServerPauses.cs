using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>
/// The gates of one bucket, by authority. A gate is a bucket of the same pace, which is empty until the pause is over: so the first requests after it
/// come at the rate, without a burst, and those who wait keep their order. Safe for concurrent use.
/// </summary>
internal sealed class ServerPauses(Pacing pacing)
{
    private const int MaxAuthorities = 1000;

    // So many of the oldest are looked at when one has to go: whoever redirects must not choose how much is done for each answer.
    private const int Candidates = 8;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<PartitionKey, ServerGate> _gates = new();

    // In the order in which they came. Some may be gone.
    private readonly Queue<PartitionKey> _targets = new();
    private volatile int _count;
    private long _nextSweep;

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
                if (!wasCalled)
                    NoteTarget(authority);
            }

            gate.WasCalled |= wasCalled;
            return change(gate);
        }
    }

    private void NoteTarget(in PartitionKey target)
    {
        _targets.Enqueue(target);
        for (var left = _targets.Count > 2 * MaxAuthorities ? _targets.Count : 0; left > 0; left--)
        {
            if (_targets.Dequeue() is var other && _gates.ContainsKey(other))
                _targets.Enqueue(other);
        }
    }

    // At most once a second: many may be asked about when there is no room.
    private bool HasRoom()
    {
        if (_count < MaxAuthorities)
            return true;
        if (pacing.Time.GetTimestamp() is var now && now < _nextSweep)
            return false;

        _nextSweep = now + pacing.Time.TimestampFrequency;
        foreach (var gate in _gates.Values.Where(gate => gate.RetentionAt(now) is Retention.None))
            _gates.TryRemove(gate.Key, out _);
        _count = _gates.Count;
        return _count < MaxAuthorities;
    }

    // Targets of redirects give way first, the oldest first.
    private bool TryMakeRoom(bool isForOneCalled)
    {
        for (var left = Candidates; left > 0 && _targets.TryDequeue(out var target);)
        {
            if (!_gates.TryGetValue(target, out var gate) || gate.WasCalled)
                continue;
            if (gate.Waiting == 0)
                return _gates.TryRemove(target, out _);

            _targets.Enqueue(target);
            left--;
        }

        if (isForOneCalled && _gates.Values.Where(gate => gate.Waiting == 0).MinBy(gate => gate.Full) is { } first)
            _gates.TryRemove(first.Key, out _);
        return isForOneCalled;
    }

    private void RemoveIfOver(ServerGate gate, long now)
    {
        if (gate.RetentionAt(now) is Retention.None)
            _gates.TryRemove(gate.Key, out _);
        _count = _gates.Count;
    }
}
