using System.Text;

namespace Resilience.Http.Tests;

/// <summary>A request as it came over the wire, its body without chunk framing.</summary>
internal sealed record ReceivedRequest(string Method, string Path, ILookup<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The values of all lines of that name, whatever its case, joined by commas; null without a line.</summary>
    public string? Header(string name) => Headers.Contains(name) ? string.Join(", ", Headers[name]) : null;
}
