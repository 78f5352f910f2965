namespace Resilience.Http.Testing;

/// <summary>Chance that repeats itself: the same numbers in the same order for the same seed. Safe for concurrent use.</summary>
/// <param name="seed">The seed.</param>
internal sealed class SeededRandom(int seed) : Random(seed)
{
    private readonly Lock _lock = new();

    public override double NextDouble()
    {
        lock (_lock)
            return base.NextDouble();
    }

    public override int Next()
    {
        lock (_lock)
            return base.Next();
    }

    public override int Next(int maxValue) => Next(0, maxValue);

    public override int Next(int minValue, int maxValue)
    {
        lock (_lock)
            return base.Next(minValue, maxValue);
    }

    public override long NextInt64()
    {
        lock (_lock)
            return base.NextInt64();
    }

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        lock (_lock)
            return base.NextInt64(minValue, maxValue);
    }

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        lock (_lock)
            base.NextBytes(buffer);
    }

    public override float NextSingle()
    {
        lock (_lock)
            return base.NextSingle();
    }
}
