using System.Xml;
using System.Xml.Linq;

namespace Resilience.Http;

/// <summary>Reads XML, with null where System.Xml throws. Document type declarations, and with them entities, are rejected.</summary>
internal static class TolerantXml
{
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>The root element; null if the body is not XML.</summary>
    public static XElement? RootOrNull(byte[] body, MediaType mediaType)
    {
        try
        {
            using var reader = Open(body, mediaType);
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    extension(XElement element)
    {
        /// <summary>The text of the first child by this name, in any namespace; null if there is none, or it is blank.</summary>
        public string? Child(string name)
            => element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value.Trim() is { Length: > 0 } text ? text : null;
    }

    // Without a charset the document's own declaration counts (RFC 7303 §3).
    private static XmlReader Open(byte[] body, MediaType mediaType)
        => mediaType.Encoding is null
            ? XmlReader.Create(new MemoryStream(body), Settings)
            : XmlReader.Create(new StringReader(BodyText.Decode(body, mediaType)), Settings);
}
