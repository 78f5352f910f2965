using Microsoft.Extensions.Logging;

namespace Resilience.Http;

/// <summary>What idempotency keys of one client have to say.</summary>
internal sealed partial class IdempotencyKeyTelemetry(ClientContext client)
{
    private int _hasWarned;

    /// <summary>A request came with a key in its header. If every request does, they have one key: the server takes the second for a repetition of the first.</summary>
    public void Given(string header)
    {
        if (client.HttpClient.SetsOnEveryRequest(header) && Interlocked.Exchange(ref _hasWarned, 1) == 0)
            LogShared(client.Logger, client.Name, header);
    }

    [LoggerMessage(600, LogLevel.Warning, "Client '{Client}': {Header} stands in DefaultRequestHeaders, so all calls have the same key and the server may answer them all as the first. Use SetIdempotencyKey on each request, or leave the keys to the policy.")]
    private static partial void LogShared(ILogger logger, string client, string header);
}
