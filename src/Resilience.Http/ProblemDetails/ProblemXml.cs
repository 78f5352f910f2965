namespace Resilience.Http;

/// <summary>RFC 9457 Appendix B, <c>application/problem+xml</c>.</summary>
internal static class ProblemXml
{
    public static ProblemMembers? Read(ProblemSource source)
        => source.MediaType.Is("application/problem+xml")
            && source.Xml is { Name: "problem", Namespace: XmlToJson.Namespace } root
            && TolerantJson.ObjectOrNull(XmlToJson.Convert(root)) is { } problem
            ? ProblemMembers.From(problem)
            : null;
}
