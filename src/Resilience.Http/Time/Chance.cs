using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>
/// Chance that threads may share: SplitMix64, one interlocked addition a number. Without a seed every instance goes its own way, so that a
/// fleet started at once does not wait in step.
/// </summary>
internal sealed class Chance(int? seed = null) : Random(0)
{
    private long _state = seed ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1L << 53));

    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1L << 24));

    public override int Next() => (int)NextInt64(int.MaxValue);

    public override int Next(int maxValue) => (int)NextInt64(0, maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue + (long)Math.BigMul(NextBits(), (ulong)(maxValue - minValue), out _);
    }

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var next in buffer)
            next = (byte)NextBits();
    }

    protected override double Sample() => NextDouble();

    private ulong NextBits()
    {
        var bits = (ulong)Interlocked.Add(ref _state, unchecked((long)0x9E3779B97F4A7C15));
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
