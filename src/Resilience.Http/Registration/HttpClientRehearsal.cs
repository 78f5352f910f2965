using Microsoft.Extensions.Http;

namespace Resilience.Http;

/// <summary>Is set up as the clients of a name are, to see how before there is one. Sends nothing.</summary>
internal sealed class HttpClientRehearsal : HttpClient
{
    public HttpClientSettings Settings { get; } = new();

    /// <summary>Runs what sets up the clients of a name.</summary>
    public static void Run(HttpClientFactoryOptions options)
    {
        using var client = new HttpClientRehearsal();
        try
        {
            foreach (var action in options.HttpClientActions)
                action(client);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whoever asks for a client gets it.
        }
    }
}
