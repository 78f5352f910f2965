using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>Names of buckets in a store: no two partitions have the same, whatever is in their names.</summary>
internal static class QuotaKey
{
    private const int LongestPartition = 200;

    /// <summary>The name of the quota cannot have the separator any more; long and unprintable names of partitions are replaced by their hash.</summary>
    public static string Of(string quota, string partition) => $"{Uri.EscapeDataString(quota)}/{(IsPlain(partition) ? partition : HashOf(partition))}";

    /// <summary>The name of what all partitions share: without the separator, which all others have.</summary>
    public static string Of(string quota) => Uri.EscapeDataString(quota);

    // A plain name that looks like a hash is hashed, too.
    private static bool IsPlain(string partition)
        => partition.Length <= LongestPartition && !partition.StartsWith("sha256:", StringComparison.Ordinal) && partition.All(letter => letter is >= ' ' and <= '~' and not ('{' or '}'));

    private static string HashOf(string partition) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(partition.AsSpan())))}";
}
