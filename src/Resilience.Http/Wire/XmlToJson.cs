using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>
/// Converts the XML form of a problem to JSON (RFC 9457 Appendix B). An element that holds only <c>i</c> elements is an array, one that holds
/// other elements an object, any other a string. Attributes and foreign namespaces are ignored.
/// </summary>
internal static class XmlToJson
{
    public const string Namespace = "urn:ietf:rfc:7807";

    /// <summary>The element as a JSON object.</summary>
    public static string Convert(XmlNode problem)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            WriteObject(writer, problem, isRoot: true);

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static void WriteObject(Utf8JsonWriter writer, XmlNode parent, bool isRoot = false)
    {
        writer.WriteStartObject();
        foreach (var member in Children(parent))
        {
            writer.WritePropertyName(member.Name);
            WriteValue(writer, member, isStatus: isRoot && member.Name is "status");
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, XmlNode parent)
    {
        writer.WriteStartArray();
        foreach (var item in Children(parent))
            WriteValue(writer, item, isStatus: false);

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, XmlNode element, bool isStatus)
    {
        if (!Children(element).Any())
            WriteText(writer, element.Text, isStatus);
        else if (Children(element).All(static child => child.Name == "i"))
            WriteArray(writer, element);
        else
            WriteObject(writer, element);
    }

    // Everything in XML is text. Only the problem's own status has to be a number.
    private static void WriteText(Utf8JsonWriter writer, string text, bool isStatus)
    {
        if (isStatus && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            writer.WriteNumberValue(status);
        else
            writer.WriteStringValue(text);
    }

    private static IEnumerable<XmlNode> Children(XmlNode parent) => parent.Children.Where(static child => child.Namespace == Namespace);
}
