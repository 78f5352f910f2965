using System.Text;

namespace Resilience.Http;

/// <summary>Bodies as text.</summary>
internal static class BodyText
{
    /// <summary>The text by its byte order mark, else by its charset, else as UTF-8.</summary>
    public static string Decode(byte[] body, MediaType mediaType)
    {
        using var reader = new StreamReader(new MemoryStream(body), mediaType.Encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
