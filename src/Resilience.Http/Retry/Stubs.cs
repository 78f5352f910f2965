namespace Resilience.Http;

internal static class ResponseDrain
{
    public static ValueTask DisposeAsync(HttpResponseMessage? r, bool async, CancellationToken t)
    {
        if (async || !t.IsCancellationRequested)
            r?.Dispose();
        return default;
    }
}

internal struct RequestSnapshot
{
    public HttpMethod Method { get; set; }

    public HttpContent? Content { get; set; }

    public static RequestSnapshot Capture(HttpRequestMessage r) => new() { Method = r.Method, Content = r.Content };

    public readonly void Restore(HttpRequestMessage r) => r.Method = Method;

    public readonly void Release() => _ = Method;
}
