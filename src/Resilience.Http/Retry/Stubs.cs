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
