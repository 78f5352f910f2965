using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>A request as bytes: a version, the length of the head, the head as JSON, the body.</summary>
internal sealed record EntryContent(EntryHead Head, ReadOnlyMemory<byte> Body)
{
    private const byte Version = 1;
    private const int Prefix = 5;
    private const string UnknownForm = "The stored request is not in a known form.";

    public byte[] ToBytes()
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(Head, EntryJson.Default.EntryHead);
        var bytes = new byte[Prefix + head.Length + Body.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), head.Length);
        head.CopyTo(bytes, Prefix);
        Body.CopyTo(bytes.AsMemory(Prefix + head.Length));
        return bytes;
    }

    /// <exception cref="InvalidDataException">It was not written by this class.</exception>
    public static EntryContent FromBytes(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < Prefix || bytes.Span[0] != Version || BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[1..]) is var head && (head < 0 || head > bytes.Length - Prefix))
            throw new InvalidDataException(UnknownForm);

        try
        {
            return JsonSerializer.Deserialize(bytes.Span.Slice(Prefix, head), EntryJson.Default.EntryHead) is { IsWhole: true } known
                ? new(known, bytes[(Prefix + head)..])
                : throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(UnknownForm, e);
        }
    }

    /// <summary>
    /// Tells requests apart that a server would take for different ones: by method, address, type and body, and by what may choose the account: partition, tags and stored headers. An entry without any
    /// of these has the fingerprint that it has always had.
    /// </summary>
    public byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Head.Method);
        Append(hash, Head.Address);
        Append(hash, string.Join(',', Head.ContentHeaders.GetValueOrDefault("Content-Type") ?? []));
        hash.AppendData(Body.Span);
        var request = hash.GetHashAndReset();
        var context = Head.Context().ToList();
        if (context.Count == 0)
            return request;

        hash.AppendData(request);
        context.ForEach(word => Append(hash, word));
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
