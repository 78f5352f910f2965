using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>
/// Hashes of names that others may choose: multilinear hashing with secret random keys, which is strongly universal (Lemire and Kaser, "Strongly
/// universal string hashing is fast", 2014), so that names collide by chance only, whoever chose them. Half the time of string's own.
/// </summary>
internal static class NameHash
{
    private const int MaxLength = 254;

    // One for the length and one for every two characters.
    private static readonly ulong[] Keys = MakeKeys();

    public static int Of(string name)
    {
        if (name.Length > MaxLength)
            return name.GetHashCode(StringComparison.Ordinal);

        var keys = Keys;
        var pairs = MemoryMarshal.Cast<char, uint>(name.AsSpan());
        var sum = keys[0] * (uint)name.Length;
        for (var i = 0; i < pairs.Length; i++)
            sum += keys[i + 1] * pairs[i];
        if (int.IsOddInteger(name.Length))
            sum += keys[pairs.Length + 1] * name[^1];
        return (int)(sum >> 32);
    }

    private static ulong[] MakeKeys()
    {
        var keys = new ulong[(MaxLength / 2) + 1];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(keys.AsSpan()));
        return keys;
    }
}
