using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using WireMock.Types;

namespace WireMock.Server;

internal static class RequestReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<RequestMessage> ReadAsync(HttpRequest request)
    {
        var body = await ReadBodyAsync(request);
        var isKept = !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsTrace(request.Method));
        return new RequestMessage
        {
            Method = request.Method,
            Path = request.Path.Value ?? "/",
            Url = Uri.UnescapeDataString($"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}"),
            HttpVersion = request.Protocol["HTTP/".Length..],
            DateTime = TimeProvider.System.GetUtcNow().UtcDateTime,
            Headers = request.Headers.ToDictionary(header => header.Key, header => new WireMockList<string>(header.Value.ToArray()!)),
            Query = ReadQuery(request.QueryString.Value ?? ""),
            Body = isKept ? Text(body) : null,
            BodyAsBytes = isKept ? body : null,
        };
    }

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        var encoding = request.Headers.ContentEncoding.ToString();
        await using Stream body = encoding switch
        {
            "gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
            _ => request.Body,
        };
        await body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static Dictionary<string, WireMockList<string>> ReadQuery(string query)
        => query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .GroupBy(pair => WebUtility.UrlDecode(pair[0]), pair => pair.ElementAtOrDefault(1) ?? "", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new WireMockList<string>([.. group.SelectMany(Values)]), StringComparer.Ordinal);

    private static IEnumerable<string> Values(string value) => value.Split(',', ';').Select(part => WebUtility.UrlDecode(part));

    private static string? Text(byte[] body)
    {
        try
        {
            return StrictUtf8.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
