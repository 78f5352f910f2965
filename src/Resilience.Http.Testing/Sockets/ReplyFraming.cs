using System.Globalization;
using System.Text;

namespace Resilience.Http.Testing;

/// <summary>Replies in HTTP/1.1.</summary>
internal static class ReplyFraming
{
    /// <summary>Status line and headers, up to the blank line; empty if this is no HTTP.</summary>
    public static byte[] HeadOf(Reply reply)
    {
        var framing = reply switch
        {
            { HasBody: false } => "",
            { IsChunked: true } => "Transfer-Encoding: chunked\r\n",
            _ => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n"),
        };
        var headers = string.Concat(reply.Headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        return reply.StatusCode is { } status ? Encoding.ASCII.GetBytes($"HTTP/1.1 {status:000} \r\n{headers}{framing}\r\n") : [];
    }

    /// <summary>What follows the head, framed; cut where the reply is cut.</summary>
    public static byte[] ContentOf(Reply reply)
    {
        if (!reply.HasBody)
            return [];

        var sent = reply.Body.AsSpan(0, Math.Min(reply.BytesSent ?? int.MaxValue, reply.Body.Length));
        if (!reply.IsChunked)
            return sent.ToArray();

        var size = reply.Body.Length > 0 ? Encoding.ASCII.GetBytes($"{reply.Body.Length:x}\r\n") : [];
        byte[] end = reply.BytesSent is not null ? [] : reply.Body.Length > 0 ? [.. "\r\n0\r\n\r\n"u8] : [.. "0\r\n\r\n"u8];
        return [.. size, .. sent, .. end];
    }
}
