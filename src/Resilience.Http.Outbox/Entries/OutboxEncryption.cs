using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>Encryption of what an outbox stores.</summary>
public static class OutboxEncryption
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <param name="options">The options.</param>
    extension(OutboxOptions options)
    {
        /// <summary>Sets <see cref="OutboxOptions.Protect"/> and <see cref="OutboxOptions.Unprotect"/> to AES-GCM with a random nonce (NIST SP 800-38D).</summary>
        /// <param name="key">16, 24 or 32 random bytes, kept elsewhere than the store.</param>
        public void ProtectWithAes(byte[] key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var secret = key.ToArray();
            options.Protect = (plain, bound) => Encrypt(secret, plain.Span, bound.Span);
            options.Unprotect = (sealedBytes, bound) => Decrypt(secret, sealedBytes.Span, bound.Span);
        }
    }

    private static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        using var aes = new AesGcm(key, TagSize);
        var result = new byte[NonceSize + TagSize + plain.Length];
        var nonce = result.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        aes.Encrypt(nonce, plain, result.AsSpan(NonceSize + TagSize), result.AsSpan(NonceSize, TagSize), bound);
        return result;
    }

    private static byte[] Decrypt(byte[] key, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> bound)
    {
        using var aes = new AesGcm(key, TagSize);
        var plain = new byte[Math.Max(bytes.Length - NonceSize - TagSize, 0)];
        aes.Decrypt(bytes[..NonceSize], bytes[(NonceSize + TagSize)..], bytes.Slice(NonceSize, TagSize), plain, bound);
        return plain;
    }
}
