using System.Text;

namespace Resilience.Http;

/// <summary>
/// The media type of a body. Read from the raw field: <see cref="System.Net.Http.Headers.HttpContentHeaders.ContentType"/> is null for values
/// that servers really send, such as one that ends in a semicolon.
/// </summary>
internal readonly record struct MediaType(string Name, string? Charset)
{
    // AWS calls its JSON application/x-amz-json-1.0, and 1.1.
    public bool IsJson => Is("application/json") || Is("text/json") || Name.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
        || Name.StartsWith("application/x-amz-json-", StringComparison.OrdinalIgnoreCase);

    public bool IsXml => Is("application/xml") || Is("text/xml") || Name.EndsWith("+xml", StringComparison.OrdinalIgnoreCase);

    /// <summary>The encoding that <see cref="Charset"/> names; null if this process does not know it.</summary>
    public Encoding? Encoding
    {
        get
        {
            try
            {
                return Charset is null ? null : Encoding.GetEncoding(Charset);
            }
            catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
            {
                return null;
            }
        }
    }

    public static MediaType Of(HttpContent content)
    {
        var field = content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.FirstOrDefault("") : "";
        var parts = field.Split([';', ','], StringSplitOptions.TrimEntries);
        var charset = parts.FirstOrDefault(static part => part.StartsWith("charset=", StringComparison.OrdinalIgnoreCase));

        return new MediaType(parts[0], charset?["charset=".Length..].Trim('"'));
    }

    public bool Is(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}
