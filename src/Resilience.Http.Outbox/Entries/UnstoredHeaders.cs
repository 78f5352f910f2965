using System.Collections.Concurrent;

namespace Resilience.Http;

/// <summary>
/// Says once of each header of a kept call that is not stored, as the call would be made without it: for another account, if the header has chosen that. Those that the client itself sets again are none of
/// them, nor credentials, nor what belongs to one sending only. Safe for concurrent use.
/// </summary>
internal sealed class UnstoredHeaders(OutboxClient client)
{
    private const int MaxNames = 100;

    private static readonly HashSet<string> OfOneSending = new(
        [
            "Authorization", "Proxy-Authorization", "Cookie", "traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context", "User-Agent", "Accept-Encoding", "Connection", "Keep-Alive", "Expect", "Date", "Host",
            "Content-Length", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Via", "Cache-Control", "Pragma",
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.OrdinalIgnoreCase);

    public void Note(HttpRequestMessage request)
    {
        foreach (var (name, _) in request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default))
        {
            if (client.Options.StoredHeaders.Contains(name) || OfOneSending.Contains(name) || name.Equals(client.KeyOptions.HeaderName, StringComparison.OrdinalIgnoreCase))
                continue;
            if (_known.Count < MaxNames && _known.TryAdd(name, true) && !IsSetByClient(name))
                client.Telemetry.NotStored(name);
        }
    }

    private bool IsSetByClient(string name)
    {
        try
        {
            return client.CreateClient().DefaultRequestHeaders.NonValidated.Contains(name);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nobody knows; the call goes on.
            return false;
        }
    }
}
