using System.Xml;

namespace Resilience.Http;

/// <summary>Reads XML, with null where System.Xml throws. Document type declarations, and with them entities, are rejected.</summary>
internal static class TolerantXml
{
    private const int MaxDepth = 64;

    // An element of four bytes becomes an object of fifty: what is small on the wire must not be large here.
    private const int MaxElements = 4096;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    /// <summary>The root element; null if the body is not XML, is nested deeper than 64, or has more than 4,096 elements.</summary>
    public static XmlNode? RootOrNull(byte[] body, MediaType mediaType)
    {
        try
        {
            using var reader = Open(body, mediaType);
            return Read(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // Without recursion, and no deeper than is read of JSON.
    private static XmlNode? Read(XmlReader reader)
    {
        var document = new XmlNode(string.Empty, string.Empty);
        var open = new Stack<XmlNode>([document]);
        var elements = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    open.Peek().Add(reader.Value);
                    break;
                case XmlNodeType.Element when reader.Depth >= MaxDepth || ++elements > MaxElements:
                    return null;
                case XmlNodeType.Element:
                    Open(reader, open);
                    break;
            }
        }

        // The reader throws where there is no root.
        return document.Children[0];
    }

    private static void Open(XmlReader reader, Stack<XmlNode> open)
    {
        var element = new XmlNode(reader.LocalName, reader.NamespaceURI);
        open.Peek().Add(element);
        if (!reader.IsEmptyElement)
            open.Push(element);
    }

    // Without a charset the document's own declaration counts (RFC 7303 §3).
    private static XmlReader Open(byte[] body, MediaType mediaType)
        => mediaType.Encoding is null
            ? XmlReader.Create(new MemoryStream(body), Settings)
            : XmlReader.Create(new StringReader(BodyText.Decode(body, mediaType)), Settings);
}
