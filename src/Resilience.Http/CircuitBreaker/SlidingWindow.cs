namespace Resilience.Http;

/// <summary>
/// Calls and failures of the last while, in ten slots of which the oldest drops out as a new one begins. A slot is one number changed by
/// compare-and-swap, so counting takes no lock and loses nothing.
/// </summary>
internal sealed class SlidingWindow(TimeSpan length, long start, long lengthInUnits)
{
    private const int SlotCount = 10;

    private readonly long _slotLength = Math.Max(1, lengthInUnits / SlotCount);
    private readonly long[] _slots = new long[SlotCount];

    public TimeSpan Length => length;

    /// <summary>Counts one call and returns the sums that include it.</summary>
    public (int Failures, int Total) Record(bool failed, long now)
    {
        var epoch = unchecked((uint)((now - start) / _slotLength));
        Count(ref _slots[epoch % SlotCount], epoch, failed);
        return Sum(epoch);
    }

    private static void Count(ref long packed, uint epoch, bool failed)
    {
        var seen = Volatile.Read(ref packed);
        while (Interlocked.CompareExchange(ref packed, WindowSlot.Unpack(seen).Counting(epoch, failed).Pack(), seen) is var found && found != seen)
            seen = found;
    }

    private (int Failures, int Total) Sum(uint epoch)
    {
        var (failures, total) = (0, 0);
        foreach (ref var packed in _slots.AsSpan())
        {
            var slot = WindowSlot.Unpack(Volatile.Read(ref packed));
            if (slot.AgeAt(epoch) >= SlotCount)
                continue;

            failures += slot.Failures;
            total += slot.Total;
        }

        return (failures, total);
    }
}
