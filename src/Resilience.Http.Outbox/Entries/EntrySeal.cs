using System.Security.Cryptography;
using System.Text;

namespace Resilience.Http;

/// <summary>Encrypts what is stored of an entry, if the options say so, bound to the entry that it belongs to.</summary>
internal static class EntrySeal
{
    /// <exception cref="OutboxUnavailableException">It cannot be encrypted.</exception>
    public static ReadOnlyMemory<byte> Seal(this OutboxOptions options, OutboxRow row, string part, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || options.Protect is not { } protect)
            return bytes;

        try
        {
            return protect(bytes, BindingOf(row, part));
        }
        // Such as a vault for keys that cannot be reached.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new OutboxUnavailableException($"What belongs to the call cannot be stored, because Outbox.Protect failed: {e.GetType().Name}.", e);
        }
    }

    /// <exception cref="InvalidDataException">It was changed, or cannot be decrypted.</exception>
    public static ReadOnlyMemory<byte> Open(this OutboxOptions options, OutboxRow row, string part, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || options.Unprotect is not { } unprotect)
            return bytes;

        try
        {
            return unprotect(bytes, BindingOf(row, part));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException or InvalidDataException)
        {
            throw new InvalidDataException("What is stored of the call cannot be decrypted, or was changed.", e);
        }
    }

    private static byte[] BindingOf(OutboxRow row, string part) => Encoding.UTF8.GetBytes(string.Join('\n', "1", part, row.Id, row.Client, row.Destination, row.Key));
}
