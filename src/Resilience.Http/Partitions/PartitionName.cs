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

    /// <summary>The name itself, if it has at most 200 characters and all of them can stand on a line; else what is readable of it, and its hash.</summary>
    public static string Of(string name) => LogText.IsOneLine(name) ? name : $"{LogText.OneLine(name, ReadableLength)}#{HashOf(name)}";

    /// <summary>The same of a host's name in its ASCII form (RFC 5890 §2.3.2.1), which has no other characters: only its length needs to be looked at.</summary>
    public static string OfHost(string name) => name.Length <= LogText.MaxLength ? name : Of(name);

    private static string HashOf(string name) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(name.AsSpan())).AsSpan(0, 16));
}
