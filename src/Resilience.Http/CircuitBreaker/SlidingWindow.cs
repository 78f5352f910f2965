namespace Resilience.Http;

/// <summary>
/// Calls and failures of the last while, in ten slots of which the oldest drops out as a new one begins. A slot is one number changed by
/// compare-and-swap, so counting takes no lock and loses nothing.
/// </summary>
internal sealed class SlidingWindow(TimeSpan length, long start, long lengthInUnits)
{
    private const int SlotCount = 10;

    private readonly long _slotLength = Math.Max(1, lengthInUnits / SlotCount);
    private readonly ulong[] _slots = new ulong[SlotCount];
    private long _lastFailure = long.MinValue / 2;

    public TimeSpan Length => length;

    /// <summary>Counts one call.</summary>
    public void Count(bool failed, long now)
    {
        if (failed && now > Volatile.Read(ref _lastFailure))
            Volatile.Write(ref _lastFailure, now);
        var epoch = EpochOf(now);
        Count(ref _slots[epoch % SlotCount], epoch, failed);
    }

    /// <summary>Whether a call of the window may have failed: while all is well, nobody needs the sums.</summary>
    public bool MayHaveFailures(long now) => now - Volatile.Read(ref _lastFailure) <= lengthInUnits;

    /// <summary>What has been counted so far.</summary>
    public (int Failures, int Total) Sum(long now)
    {
        var (failures, total, epoch) = (0, 0, EpochOf(now));
        foreach (ref var packed in _slots.AsSpan())
        {
            var slot = new WindowSlot(Volatile.Read(ref packed));
            if (slot.AgeAt(epoch) >= SlotCount)
                continue;

            failures += slot.Failures;
            total += slot.Total;
        }

        return (failures, total);
    }

    private static void Count(ref ulong packed, uint epoch, bool failed)
    {
        var seen = Volatile.Read(ref packed);
        while (Interlocked.CompareExchange(ref packed, new WindowSlot(seen).Counting(epoch, failed).Packed, seen) is var found && found != seen)
            seen = found;
    }

    private uint EpochOf(long now) => unchecked((uint)((now - start) / _slotLength));
}
