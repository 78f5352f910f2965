namespace Resilience.Http;

/// <summary>
/// Settings of a client that are valid each by itself, and of which one defeats another. The log says so when the client is made, when it is known how
/// its <see cref="HttpClient"/> is set up, and when options change; each of them once. Nothing is stopped: all of it works somehow.
/// </summary>
internal sealed class ClientDoubts(ResilientClient client)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _logged = [];
    private HttpClientSettings _http = new();
    private volatile bool _knowsHttp;

    /// <summary>To be called when the host starts, before there is a client.</summary>
    public void ReportEarly()
    {
        try
        {
            Report(SampleHttpClient.SettingsOf(client.Name, client.Services));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It cannot be set up; whoever asks for a client is told.
        }
    }

    /// <summary>To be called with every <see cref="HttpClient"/>: they are all set up alike.</summary>
    public void Report(HttpClientSettings http)
    {
        if (_knowsHttp)
            return;

        (_http, _knowsHttp) = (http, true);
        Report();
    }

    public void Report()
    {
        lock (_lock)
        {
            foreach (var doubt in client.Chain.Policies.SelectMany(policy => policy.FindDoubts(client, _http)).Concat(FindDoubts(_http)).Where(_logged.Add))
                client.Context.Signals.Doubted(doubt);
        }
    }

    private static IEnumerable<string> FindDoubts(HttpClientSettings http)
    {
        if (http is { IsOpenToAll: true, HasCredentials: true })
            yield return "the credentials in its BaseAddress or DefaultRequestHeaders can be read by everybody on the way, because the BaseAddress is http. Use https.";
    }
}
