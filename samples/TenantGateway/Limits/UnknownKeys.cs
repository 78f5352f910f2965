using System.Net;

namespace TenantGateway;

/// <summary>
/// Limits those who come without a valid key, by address. A valid key is never asked for its address: else whoever shares a network with a tenant could lock it
/// out. The table is bounded; addresses beyond it share one bucket, so that a flood of addresses does not make it forget those that it knows.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="perMinute">How many each address has a minute, and at once.</param>
/// <param name="capacity">How many addresses are told apart at a time.</param>
internal sealed class UnknownKeys(TimeProvider time, int perMinute, int capacity)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly AddressBlock Others = new((System.Net.Sockets.AddressFamily)(-1), 0);

    private readonly Lock _lock = new();
    private readonly Dictionary<AddressBlock, TimeSpan> _fullAt = [];
    private readonly long _started = time.GetTimestamp();
    private readonly TimeSpan _interval = Minute / perMinute;
    private TimeSpan _nextSweep;

    public int Count
    {
        get
        {
            lock (_lock)
                return _fullAt.Count;
        }
    }

    /// <returns>How long to wait; null if the address is within its limit.</returns>
    public TimeSpan? Reject(IPAddress? address)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_started);
            var block = PlaceOf(AddressBlock.Of(address), now);
            var before = _fullAt.GetValueOrDefault(block, now);
            var fullAt = (before > now ? before : now) + _interval;
            if (fullAt - now > Minute + (_interval / 2))
                return fullAt - now - Minute;

            _fullAt[block] = fullAt;
            return null;
        }
    }

    private AddressBlock PlaceOf(AddressBlock block, TimeSpan now)
    {
        if (_fullAt.Count >= capacity && !_fullAt.ContainsKey(block))
            Sweep(now);
        return _fullAt.Count < capacity || _fullAt.ContainsKey(block) ? block : Others;
    }

    // At most once a second: a flood of addresses must not make each of them cost a walk through the table.
    private void Sweep(TimeSpan now)
    {
        if (now < _nextSweep)
            return;

        _nextSweep = now + TimeSpan.FromSeconds(1);
        foreach (var (block, fullAt) in _fullAt)
        {
            if (fullAt <= now)
                _fullAt.Remove(block);
        }
    }
}
