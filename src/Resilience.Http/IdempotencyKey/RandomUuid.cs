using System.Security.Cryptography;

namespace Resilience.Http;

/// <summary>Random UUIDs, version 4. The random bytes of 64 keys are drawn at once: a system call for each costs more than all the rest.</summary>
internal static class RandomUuid
{
    private const int Size = 16;
    private const int Batch = 64;

    [ThreadStatic]
    private static byte[]? _bytes;

    [ThreadStatic]
    private static uint _used;

    public static string Next()
    {
        var bytes = _bytes ??= new byte[Size * Batch];
        if (_used % Batch == 0)
            RandomNumberGenerator.Fill(bytes);

        var next = bytes.AsSpan((int)(_used++ % Batch) * Size, Size);
        next[6] = (byte)((next[6] & 0x0F) | 0x40);
        next[8] = (byte)((next[8] & 0x3F) | 0x80);
        return new Guid(next, bigEndian: true).ToString();
    }
}
