using System.Text;
using System.Text.Json;

namespace Resilience.Http;

/// <summary>A failed response as a dialect sees it: the headers as they came, the body within its bound and unpacked.</summary>
internal sealed class ProblemSource
{
    private readonly Lazy<string> _text;
    private readonly Lazy<JsonElement?> _json;

    public ProblemSource(HttpResponseMessage response, byte[] body)
    {
        Response = response;
        Body = body;
        MediaType = MediaType.Of(response.Content);
        _text = new Lazy<string>(Decode);
        _json = new Lazy<JsonElement?>(() => MediaType.IsJson ? TolerantJson.ObjectOrNull(Text) : null);
    }

    public HttpResponseMessage Response { get; }

    public MediaType MediaType { get; }

    public byte[] Body { get; }

    /// <summary>The body as text, by its byte order mark, else by its charset, else as UTF-8.</summary>
    public string Text => _text.Value;

    /// <summary>The object that the body is; null if it is not JSON or not an object.</summary>
    public JsonElement? Json => _json.Value;

    private string Decode()
    {
        using var reader = new StreamReader(new MemoryStream(Body), MediaType.Encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
