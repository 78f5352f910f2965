using System.IO.Compression;

namespace Resilience.Http;

/// <summary>Decompresses a body by its Content-Encoding. The transport does so only if it is configured to.</summary>
internal static class ContentCoding
{
    private const int ChunkSize = 4096;

    /// <summary>
    /// The decompressed body. Empty if it is larger than the limit, is broken, or is compressed in an unknown way or more than once.
    /// </summary>
    public static byte[] Undo(byte[] body, ICollection<string> codings, int limit)
        => codings.Count switch
        {
            0 => body,
            1 => Undo(body, codings.First(), limit),
            _ => [],
        };

    private static byte[] Undo(byte[] body, string coding, int limit)
    {
        if (coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return body;

        using var packed = new MemoryStream(body);
        using Stream? unpacked = coding.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(packed, CompressionMode.Decompress),
            "BR" => new BrotliStream(packed, CompressionMode.Decompress),

            // By RFC 9110 §8.4.1.2 this is zlib's format; servers that send the bare stream lack its header, whose low bits say 8.
            "DEFLATE" when body is [var first, ..] && (first & 0x0F) is 8 => new ZLibStream(packed, CompressionMode.Decompress),
            "DEFLATE" => new DeflateStream(packed, CompressionMode.Decompress),
            _ => null,
        };

        return unpacked is null ? [] : ReadAll(unpacked, limit);
    }

    // What is buffered grows with what comes out, not with what might.
    private static byte[] ReadAll(Stream unpacked, int limit)
    {
        using var all = new MemoryStream();
        Span<byte> chunk = stackalloc byte[ChunkSize];
        try
        {
            while (unpacked.Read(chunk) is > 0 and var read)
            {
                if (all.Length + read > limit)
                    return [];
                all.Write(chunk[..read]);
            }

            return all.ToArray();
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException or IOException)
        {
            return [];
        }
    }
}
