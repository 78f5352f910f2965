using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>
/// Names of partitions, which may be made of what an application's own callers send. They are kept, compared and logged, so they are bounded and
/// harmless from the start; two that differ stay different.
/// </summary>
internal static class PartitionName
{
    private const int ReadableLength = 100;
    private const int HashLength = 32;

    private static readonly SearchValues<char> HashCharacters = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// The name itself, if it has at most 200 characters, all of which can stand on a line; else what is readable of it, and its hash. So it is with one
    /// that ends like a hash, too, or whoever may choose a name could choose that of another.
    /// </summary>
    public static string Of(string name) => LogText.IsOneLine(name) && !HasHash(name) ? name : $"{LogText.OneLine(name, ReadableLength)}#{HashOf(name)}";

    /// <summary>The same of a name that may have been through here.</summary>
    public static string OfKnown(string name) => LogText.IsOneLine(name) && MayBePrinted(name) ? name : Of(name);

    /// <summary>The same of a host's name in its ASCII form (RFC 5890 §2.3.2.1), which has no other characters: only its length needs to be looked at.</summary>
    public static string OfHost(string name) => name.Length <= LogText.MaxLength ? name : Of(name);

    // A hash stands only behind what could not stay as it was: it is cut, has lost characters, or ends like a hash.
    private static bool MayBePrinted(string name)
        => !HasHash(name) || (name[..^(HashLength + 1)] is var readable && (readable.EndsWith('…') || readable.Contains(' ', StringComparison.Ordinal) || HasHash(readable)));

    private static bool HasHash(string name)
        => name.Length > HashLength && name[^(HashLength + 1)] is '#' && !name.AsSpan(name.Length - HashLength).ContainsAnyExcept(HashCharacters);

    private static string HashOf(string name) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(name.AsSpan())).AsSpan(0, HashLength / 2));
}
