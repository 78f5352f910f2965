using System.Text;

namespace Resilience.Http;

/// <summary>An answer as bytes: the length of its type, the type, the body.</summary>
internal static class EntryAnswer
{
    private const int LongestType = 255;

    public static byte[] ToBytes(string? contentType, ReadOnlyMemory<byte> body)
    {
        var type = Encoding.ASCII.GetBytes(contentType is { Length: <= LongestType } ? contentType : string.Empty);
        return [(byte)type.Length, .. type, .. body.Span];
    }

    public static OutboxAnswer FromBytes(int? status, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Span[0] > bytes.Length - 1)
            return new(status, null, default);

        var type = bytes.Span[0];
        return new(status, type > 0 ? Encoding.ASCII.GetString(bytes.Span.Slice(1, type)) : null, bytes[(1 + type)..]);
    }
}
