using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>
/// Chance that threads may share: SplitMix64, one interlocked addition a number. The same seed gives the same numbers; without one
/// every instance goes its own way, so that a fleet started at once does not wait in step.
/// </summary>
internal sealed class Chance(int? seed = null)
{
    private long _state = seed ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <returns>From 0, included, to 1, excluded.</returns>
    public double NextDouble()
    {
        var bits = (ulong)Interlocked.Add(ref _state, unchecked((long)0x9E3779B97F4A7C15));
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return ((bits ^ (bits >> 31)) >> 11) * (1.0 / (1L << 53));
    }
}
