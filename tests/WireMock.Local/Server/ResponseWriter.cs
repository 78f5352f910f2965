using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace WireMock.Server;

internal static class ResponseWriter
{
    private static readonly FrozenSet<string> Ignored = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Date", "Connection", "Transfer-Encoding", "Host", "Accept", "Expect", "Range", "Referer", "User-Agent", "If-Modified-Since", "Proxy-Connection");

    public static async Task WriteAsync(IResponseMessage message, HttpResponse response)
    {
        response.StatusCode = message.StatusCode is { } status ? Convert.ToInt32(status, CultureInfo.InvariantCulture) : StatusCodes.Status200OK;
        foreach (var (name, values) in message.Headers ?? new Dictionary<string, Types.WireMockList<string>>())
        {
            if (!Ignored.Contains(name))
                response.Headers[name] = values.ToArray();
        }

        if (Body(message) is not { } body || response.StatusCode is < 200 or 204 or 304)
            return;

        // Started before anything is written, the answer goes out chunked, as WireMock.Net's do.
        response.ContentLength = null;
        await response.StartAsync();
        await response.Body.WriteAsync(body);
    }

    private static byte[]? Body(IResponseMessage message)
    {
        var body = message.BodyData?.BodyAsBytes ?? (message.BodyData?.BodyAsString is { } text ? Encoding.UTF8.GetBytes(text) : null);
        return Fault.Apply(message, body);
    }
}
