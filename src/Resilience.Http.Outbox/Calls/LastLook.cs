namespace Resilience.Http;

/// <summary>
/// The last look whether a key can still be trusted, on the wire: the transport reads the body when there is a connection, for which it may have waited, and the machine slept, long after the request has
/// left <see cref="SentMark"/>. A request without a body has an empty one meanwhile, the same on the wire (Content-Length: 0): else the transport would send it again by itself where a pooled connection
/// closes, and say only what became of that.
/// </summary>
internal static class LastLook
{
    /// <returns>What is to be sent in place of the request's content; null if there is nothing to send.</returns>
    public static HttpContent? At(HttpRequestMessage request, OutboxSettings settings) => request.Content switch
    {
        null when IsSafe(request.Method) => null,
        // The transport sends all of these before it hands out an answer. Others may go on over HTTP/2 while that is read, and so must what stands for them.
        null or ByteArrayContent or StreamContent or MultipartContent or ReadOnlyMemoryContent => new LastLookBytes(request.Content, settings),
        var other => new LastLookContent(other, settings),
    };

    private static bool IsSafe(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Trace || method == HttpMethod.Connect;
}
