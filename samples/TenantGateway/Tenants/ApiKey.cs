using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TenantGateway;

/// <summary>The keys of tenants: 256 random bits. Only their SHA-256 is ever stored; of what has so many random bits no salt is needed.</summary>
internal static class ApiKey
{
    public const string Header = "X-Api-Key";

    public const int HashLength = SHA256.HashSizeInBytes;

    private const int RandomBytes = 32;

    // 128 bits in base64url: whatever its hash, a shorter key is not accepted.
    private const int Shortest = 22;
    private const int Longest = 200;

    public static string Create() => $"tg_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes))}";

    public static string HashOf(string key)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        Hash(key, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Whether a text can be a key at all. A comma cannot be in one: it joins two headers.</summary>
    public static bool IsWellFormed(string text)
        => text.Length is >= Shortest and <= Longest && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    public static void Hash(string key, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[Longest];
        SHA256.HashData(bytes[..Encoding.ASCII.GetBytes(key, bytes)], hash);
    }
}
