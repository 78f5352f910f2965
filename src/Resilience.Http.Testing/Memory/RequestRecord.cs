namespace Resilience.Http.Testing;

/// <summary>Takes requests down.</summary>
internal static class RequestRecord
{
    public static UpstreamAttempt Of(HttpRequestMessage request, byte[] body, bool isRedirected, UpstreamAttempt? before, DateTimeOffset now)
        => new(request.Method.Method, request.RequestUri!, HeadersOf(request), body, now)
        {
            Request = request,
            IsRedirected = isRedirected,
            Number = before is null ? 1 : before.Number + (isRedirected ? 0 : 1),
            Wait = isRedirected ? null : now - before?.EndedAt,
        };

    /// <summary>Has the content written as to a connection; not buffered, since it may be sent again.</summary>
    public static async Task<byte[]> ReadBodyAsync(this HttpContent content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private static ILookup<string, string> HeadersOf(HttpRequestMessage request)
    {
        var all = request.Content is { } content ? request.Headers.NonValidated.Concat(content.Headers.NonValidated) : request.Headers.NonValidated;
        return all.SelectMany(header => header.Value, (header, value) => (header.Key, value)).ToLookup(line => line.Key, line => line.value, StringComparer.OrdinalIgnoreCase);
    }
}
