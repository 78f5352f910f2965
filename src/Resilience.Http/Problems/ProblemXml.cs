using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Resilience.Http;

/// <summary>RFC 9457 Appendix B, <c>application/problem+xml</c>. Document type declarations, and with them entities, are refused.</summary>
internal static class ProblemXml
{
    private static readonly XName Root = XName.Get("problem", XmlToJson.Namespace);
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public static ProblemMembers? Read(ProblemSource source)
        => source.MediaType.Is("application/problem+xml") && ObjectOrNull(source) is { } problem ? ProblemMembers.From(problem) : null;

    private static JsonElement? ObjectOrNull(ProblemSource source)
    {
        try
        {
            using var reader = Open(source);
            var root = XElement.Load(reader);

            return root.Name == Root && XmlToJson.Convert(root) is { } json ? TolerantJson.ObjectOrNull(json) : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // Without a charset the document's own declaration counts (RFC 7303 §3).
    private static XmlReader Open(ProblemSource source)
        => source.MediaType.Encoding is null
            ? XmlReader.Create(new MemoryStream(source.Body), Settings)
            : XmlReader.Create(new StringReader(source.Text), Settings);
}
