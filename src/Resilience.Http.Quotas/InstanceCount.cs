namespace Resilience.Http;

/// <summary>
/// How many instances share a quota, as far as one of them knows. The store counts those that ask it: who has nothing to send is not among them, and comes back when the store may
/// be gone. So it is the most of the last five to ten minutes. Safe for concurrent use.
/// </summary>
internal sealed class InstanceCount(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private long _begun = time.GetTimestamp();
    private int _before;
    private int _most;

    /// <summary>Zero as long as the store has said nothing.</summary>
    public int Known { get; private set; }

    public void Hear(int instances)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_begun, now) >= Period)
                (_before, _most, _begun) = (_most, 0, now);
            _most = Math.Max(_most, instances);
            Known = Math.Max(_most, _before);
        }
    }
}
