using System.Text;

namespace Resilience.Http;

/// <summary>
/// An element of a body in XML. Not <c>XElement</c>: that keeps every name without a namespace for as long as the process lives, and the names
/// are the server's.
/// </summary>
internal sealed class XmlNode(string name, string xmlNamespace)
{
    private StringBuilder? _text;
    private List<XmlNode>? _children;

    /// <summary>The name without a prefix.</summary>
    public string Name => name;

    public string Namespace => xmlNamespace;

    public IReadOnlyList<XmlNode> Children => _children ?? [];

    /// <summary>The text that stands in it directly, without white space around it.</summary>
    public string Text => _text?.ToString().Trim() ?? string.Empty;

    /// <summary>The text of the first child by this name, in any namespace; null if there is none, or it is blank.</summary>
    public string? Child(string child) => _children?.Find(node => node.Name == child)?.Text is { Length: > 0 } text ? text : null;

    /// <summary>The first element by this name: this one, or the first within it, in the order of the document.</summary>
    public XmlNode? Find(string wanted)
    {
        if (Name == wanted || _children is null)
            return Name == wanted ? this : null;

        foreach (var child in _children)
        {
            if (child.Find(wanted) is { } found)
                return found;
        }

        return null;
    }

    public void Add(XmlNode child) => (_children ??= []).Add(child);

    public void Add(string text) => (_text ??= new()).Append(text);
}
