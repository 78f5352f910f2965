using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>
/// Hashes of names that others may choose: multilinear hashing (Lemire and Kaser, "Strongly universal string hashing is fast", 2014) with
/// random keys, so that names cannot be made to collide without knowing the keys. Half the time of string's own.
/// </summary>
internal static class NameHash
{
    private const int MaxLength = 254;

    // One by itself, one for the length, one for the port, and one for every two characters.
    private const int KeyCount = 3 + (MaxLength / 2);

    private static readonly ulong[] Secret = MakeKeys();

    public static int Of(string name, int port) => Of(name, port, Secret);

    internal static int Of(string name, int port, ulong[] keys)
    {
        if (name.Length > MaxLength)
            return HashCode.Combine(name.GetHashCode(StringComparison.Ordinal), port);

        var sum = keys[0] + (keys[1] * (uint)name.Length) + (keys[2] * (uint)port);
        var text = keys.AsSpan(3);
        var pairs = MemoryMarshal.Cast<char, uint>(name.AsSpan());
        for (var i = 0; i < pairs.Length; i++)
            sum += text[i] * pairs[i];
        if (int.IsOddInteger(name.Length))
            sum += text[pairs.Length] * name[^1];
        return Mix(sum);
    }

    // Sums of names that count up lie as far apart as each other, and would fill long runs of a table.
    private static int Mix(ulong sum) => (int)(((sum ^ (sum >> 32)) * 0x9E37_79B9_7F4A_7C15) >> 32);

    private static ulong[] MakeKeys()
    {
        var keys = new ulong[KeyCount];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(keys.AsSpan()));
        return keys;
    }
}
