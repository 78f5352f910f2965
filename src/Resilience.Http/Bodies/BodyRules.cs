using System.Net;

namespace Resilience.Http;

/// <summary>Which responses have a body, whatever length they announce.</summary>
internal static class BodyRules
{
    /// <summary>Neither one to a HEAD, nor 204, 205 or 304 (RFC 9110 §6.4.1, §15.3.6).</summary>
    public static bool MayHaveBody(HttpResponseMessage response)
        => response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.ResetContent or HttpStatusCode.NotModified)
        && response.RequestMessage?.Method != HttpMethod.Head;

    /// <summary>Whether something may be left to read: not where a length of 0 is announced, except of a connection.</summary>
    public static bool MayBeRead(HttpResponseMessage response)
        => MayHaveBody(response) && (IsConnection(response) || !(response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var length) && length.ToString() is "0"));

    /// <summary>Whether what follows is no body but the connection itself, which both sides may write to: after a switch of protocols (RFC 9110 §15.2.2) or a CONNECT (§9.3.6, RFC 8441).</summary>
    public static bool IsConnection(HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.SwitchingProtocols || (response.IsSuccessStatusCode && response.RequestMessage?.Method == HttpMethod.Connect);

    /// <summary>
    /// Whether the transport may go on reading a response that should have no body, or one of length 0: in HTTP/2 and 3 until the stream ends, in HTTP/1.1 one that
    /// is chunked all the same (RFC 9112 §6.3), and whatever follows a 205.
    /// </summary>
    public static bool IsReadAllTheSame(HttpResponseMessage response)
        => response.RequestMessage?.Method != HttpMethod.Head
        && (response.Version.Major > 1 || response.StatusCode is HttpStatusCode.ResetContent || response.Headers.NonValidated.Contains("Transfer-Encoding"));
}
