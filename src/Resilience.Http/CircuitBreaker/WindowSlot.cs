namespace Resilience.Http;

/// <summary>
/// Calls and failures of one slot of a sliding window in one number, which can be swapped: 32 bits of epoch, 16 of failures, 16 of calls. Taken
/// apart by shifting, as fields of a struct would go through memory.
/// </summary>
internal readonly record struct WindowSlot(ulong Packed)
{
    private const ulong Success = 1;
    private const ulong Failure = (1 << 16) + 1;

    public uint Epoch => (uint)(Packed >> 32);

    public ushort Failures => (ushort)(Packed >> 16);

    public ushort Total => (ushort)Packed;

    /// <summary>Negative for a thread that read the clock before the slot began.</summary>
    public int AgeAt(uint epoch) => unchecked((int)(epoch - Epoch));

    public WindowSlot Counting(uint epoch, bool failed)
    {
        var slot = AgeAt(epoch) > 0 ? Empty(epoch) : Total == ushort.MaxValue ? Halved() : this;
        return new(slot.Packed + (failed ? Failure : Success));
    }

    private static WindowSlot Empty(uint epoch) => new((ulong)epoch << 32);

    private WindowSlot Halved() => new(Empty(Epoch).Packed + ((ulong)(Failures / 2) << 16) + (ulong)(Total / 2));
}
