using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Resilience.Http.Tests;

/// <summary>How <see cref="RawUpstream"/> treats one request: what it sends and what it then does to the connection.</summary>
internal sealed record Reply
{
    private Reply()
    {
    }

    /// <summary>False if the connection goes before the request is read.</summary>
    public bool ReadsRequest { get; private init; } = true;

    public Ending Ending { get; private init; }

    /// <summary>Null sends everything at once; else the body goes out byte by byte, this long apart.</summary>
    public TimeSpan? DripInterval { get; private init; }

    /// <summary>Null if there is no HTTP in this reply, or nothing at all.</summary>
    private int? StatusCode { get; init; }

    private ImmutableList<string> Headers { get; init; } = [];

    private byte[] Body { get; init; } = [];

    private bool IsChunked { get; init; }

    private int? BytesSent { get; init; }

    public static Reply Ok(string body = "") => Status(200, body);

    public static Reply Status(int statusCode, string body = "") => new() { StatusCode = statusCode, Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>Resets the connection (RST) when a request arrives, without reading it.</summary>
    public static Reply Reset() => new() { ReadsRequest = false, Ending = Ending.Reset };

    /// <summary>Reads the request, then resets the connection (RST).</summary>
    public static Reply ResetAfterRequest() => new() { Ending = Ending.Reset };

    /// <summary>Reads the request, then closes the connection (FIN) without an answer.</summary>
    public static Reply Close() => new() { Ending = Ending.Close };

    /// <summary>Reads the request and never answers.</summary>
    public static Reply Never() => new() { Ending = Ending.Stall };

    /// <summary>Answers with something that is not HTTP, and closes.</summary>
    public static Reply Garbage() => new() { Body = "It works!\r\n\r\n"u8.ToArray(), Ending = Ending.Close };

    public Reply WithHeader(string name, string value) => this with { Headers = Headers.Add($"{name}: {value}\r\n") };

    public Reply WithBody(byte[] body) => this with { Body = body };

    /// <summary>Sends the body as one chunk and its end, instead of announcing its length.</summary>
    public Reply Chunked() => this with { IsChunked = true };

    /// <summary>Announces the whole body, sends so many bytes of it and closes (FIN).</summary>
    public Reply CutAfter(int bytes) => this with { BytesSent = bytes, Ending = Ending.Close };

    /// <summary>Announces the whole body, sends so many bytes of it and resets the connection (RST).</summary>
    public Reply ResetAfter(int bytes) => this with { BytesSent = bytes, Ending = Ending.Reset };

    /// <summary>Announces the whole body, sends so many bytes of it and then nothing more, until the client leaves.</summary>
    public Reply StallAfter(int bytes) => this with { BytesSent = bytes, Ending = Ending.Stall };

    /// <summary>Sends the body byte by byte, as long as the client stays.</summary>
    public Reply Dripping(TimeSpan interval) => this with { DripInterval = interval };

    /// <summary>Closes the connection after a whole answer that promised to keep it alive.</summary>
    public Reply ThenClose() => this with { Ending = Ending.Close };

    /// <summary>Status line and headers, up to the blank line; empty if this is no HTTP.</summary>
    public byte[] Head()
    {
        var framing = (HasBody, IsChunked) switch
        {
            (false, _) => "",
            (_, true) => "Transfer-Encoding: chunked\r\n",
            _ => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n"),
        };
        return StatusCode is null ? [] : Encoding.ASCII.GetBytes($"HTTP/1.1 {StatusCode:000} \r\n{string.Concat(Headers)}{framing}\r\n");
    }

    /// <summary>What follows the head, framed; cut where this reply is cut.</summary>
    public byte[] Content()
    {
        if (!HasBody)
            return [];

        var sent = Body.AsSpan(0, BytesSent ?? Body.Length);
        if (!IsChunked)
            return sent.ToArray();

        var size = Body.Length > 0 ? Encoding.ASCII.GetBytes($"{Body.Length:x}\r\n") : [];
        byte[] end = BytesSent is null ? Body.Length > 0 ? [.. "\r\n0\r\n\r\n"u8] : [.. "0\r\n\r\n"u8] : [];
        return [.. size, .. sent, .. end];
    }

    private bool HasBody => StatusCode is not (204 or 304);
}
