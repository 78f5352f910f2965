using System.Text.Json;

namespace Resilience.Http;

/// <summary>A failed response as a dialect sees it: the headers as they came, the body within its bound and unpacked.</summary>
internal sealed class ProblemSource
{
    private readonly Lazy<string> _text;
    private readonly Lazy<JsonElement?> _json;
    private readonly Lazy<XmlNode?> _xml;

    public ProblemSource(HttpResponseMessage response, byte[] body)
    {
        Response = response;
        Body = body;
        MediaType = MediaType.Of(response.Content);
        _text = new Lazy<string>(() => BodyText.Decode(Body, MediaType));
        _json = new Lazy<JsonElement?>(() => MediaType.IsJson ? TolerantJson.ObjectOrNull(Text) : null);
        _xml = new Lazy<XmlNode?>(() => MediaType.IsXml ? TolerantXml.RootOrNull(Body, MediaType) : null);
    }

    public HttpResponseMessage Response { get; }

    public MediaType MediaType { get; }

    public byte[] Body { get; }

    /// <summary>The body as text, by its byte order mark, else by its charset, else as UTF-8.</summary>
    public string Text => _text.Value;

    /// <summary>The object that the body is; null if it is not JSON or not an object.</summary>
    public JsonElement? Json => _json.Value;

    /// <summary>The element that the body is; null if it is not XML.</summary>
    public XmlNode? Xml => _xml.Value;

    /// <summary>The element <c>Error</c> that the body is, or that stands in its <c>ErrorResponse</c> or <c>Response</c>.</summary>
    public XmlNode? XmlError => Xml?.Name switch
    {
        "Error" => Xml,
        "ErrorResponse" or "Response" => Xml!.Find("Error"),
        _ => null,
    };

    /// <summary>The first value of a field of the response; null if there is none, or it is blank.</summary>
    public string? Header(string name)
        => Response.Headers.NonValidated.TryGetValues(name, out var values) && values.FirstOrDefault()?.Trim() is { Length: > 0 } value ? value : null;
}
