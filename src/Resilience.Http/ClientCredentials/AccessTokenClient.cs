using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>The clients that talk to token endpoints: never the one that wants the token, which would wait for itself.</summary>
internal static class AccessTokenClient
{
    private const int MaxAnswerBytes = 1024 * 1024;

    public static string NameFor(string client) => $"Resilience.Http.Token:{client}";

    public static void AddTokenClient(this IServiceCollection services, string client)
        => services.AddResilientHttpClient(NameFor(client), static http => http.MaxResponseContentBufferSize = MaxAnswerBytes)
            .ConfigurePrimaryHttpMessageHandler(static () => Transport());

    /// <param name="transport">Sends the requests; null for one of its own.</param>
    public static HttpMessageHandler Chain(HttpMessageHandler? transport)
        => new RetryHandler(new()) { InnerHandler = new AttemptTimeoutHandler(new()) { InnerHandler = transport ?? Transport() } };

    public static HttpClient Over(HttpMessageHandler chain) => new(chain, disposeHandler: false)
    {
        MaxResponseContentBufferSize = MaxAnswerBytes,
        Timeout = new TotalTimeoutOptions().Timeout,
    };

    // Credentials stay where they are sent.
    private static SocketsHttpHandler Transport() => new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
}
