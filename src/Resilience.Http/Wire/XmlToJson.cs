using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace Resilience.Http;

/// <summary>
/// Converts the XML form of a problem to JSON (RFC 9457 Appendix B). An element that holds only <c>i</c> elements is an array, one that holds
/// other elements an object, any other a string. Attributes and foreign namespaces are ignored.
/// </summary>
internal static class XmlToJson
{
    public const string Namespace = "urn:ietf:rfc:7807";

    private const int MaxDepth = 64;

    /// <summary>The element as a JSON object; null if it is nested deeper than 64.</summary>
    public static string? Convert(XElement problem)
    {
        if (problem.Descendants().Any(static element => element.Ancestors().Skip(MaxDepth - 1).Any()))
            return null;

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            WriteObject(writer, problem);

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static void WriteObject(Utf8JsonWriter writer, XElement parent)
    {
        writer.WriteStartObject();
        foreach (var member in Children(parent))
        {
            writer.WritePropertyName(member.Name.LocalName);
            WriteValue(writer, member);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, XElement parent)
    {
        writer.WriteStartArray();
        foreach (var item in Children(parent))
            WriteValue(writer, item);

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, XElement element)
    {
        if (!Children(element).Any())
            WriteText(writer, element);
        else if (Children(element).All(static child => child.Name.LocalName == "i"))
            WriteArray(writer, element);
        else
            WriteObject(writer, element);
    }

    // Everything in XML is text. Only the problem's own status has to be a number.
    private static void WriteText(Utf8JsonWriter writer, XElement element)
    {
        var text = element.Value.Trim();
        if (element is { Name.LocalName: "status", Parent.Parent: null }
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            writer.WriteNumberValue(status);
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    private static IEnumerable<XElement> Children(XElement parent)
        => parent.Elements().Where(static child => child.Name.NamespaceName == Namespace);
}
