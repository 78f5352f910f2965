using System.Runtime.CompilerServices;

namespace Resilience.Http;

/// <summary>Calls and failures of one slot of a sliding window; eight bytes, so that it can be swapped as one number.</summary>
internal readonly record struct WindowSlot(uint Epoch, ushort Failures, ushort Total)
{
    public static WindowSlot Unpack(long packed) => Unsafe.BitCast<long, WindowSlot>(packed);

    public long Pack() => Unsafe.BitCast<WindowSlot, long>(this);

    /// <summary>Negative for a thread that read the clock before the slot began.</summary>
    public int AgeAt(uint epoch) => unchecked((int)(epoch - Epoch));

    public WindowSlot Counting(uint epoch, bool failed)
    {
        var slot = AgeAt(epoch) > 0 ? new WindowSlot(epoch, 0, 0) : Total == ushort.MaxValue ? Halved() : this;
        return new(slot.Epoch, (ushort)(slot.Failures + (failed ? 1 : 0)), (ushort)(slot.Total + 1));
    }

    private WindowSlot Halved() => new(Epoch, (ushort)(Failures / 2), (ushort)(Total / 2));
}
