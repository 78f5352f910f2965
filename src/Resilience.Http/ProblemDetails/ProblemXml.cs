using System.Xml.Linq;

namespace Resilience.Http;

/// <summary>RFC 9457 Appendix B, <c>application/problem+xml</c>.</summary>
internal static class ProblemXml
{
    private static readonly XName Root = XName.Get("problem", XmlToJson.Namespace);

    public static ProblemMembers? Read(ProblemSource source)
        => source.MediaType.Is("application/problem+xml")
            && source.Xml is { } root && root.Name == Root
            && XmlToJson.Convert(root) is { } json && TolerantJson.ObjectOrNull(json) is { } problem
            ? ProblemMembers.From(problem)
            : null;
}
