using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http;

/// <summary>Talks to the token endpoint. It is never the client that needs the token, which would wait for itself.</summary>
internal sealed class AccessTokenTransport : IDisposable
{
    private readonly IHttpClientFactory? _clients;
    private readonly string _client;
    private readonly HttpMessageHandler? _chain;

    /// <summary>The client that was registered for it, with the standard policies.</summary>
    private AccessTokenTransport(IServiceProvider services, string client)
        => (_clients, _client) = (services.GetRequiredService<IHttpClientFactory>(), client);

    /// <summary>The standard policies over a transport; null for one of its own.</summary>
    public AccessTokenTransport(HttpMessageHandler? transport, ClientContext client)
    {
        _chain = StandardPolicies.CreateHandler(new AccessTokenReading { InnerHandler = transport ?? Primary() }, client: client);
        _client = client.Name;
    }

    /// <summary>For a client of the container. One that is added while the program runs could register nothing, and the factory would give it a client that follows redirects.</summary>
    public static AccessTokenTransport For(IServiceProvider services, ClientContext client)
        => services.GetServices<Registered>().Any(token => token.Client == client.Name) ? new(services, client.Name) : new(transport: null, client);

    public static void Register(IServiceCollection services, string client)
        => services.AddSingleton(new Registered(client)).AddResilientHttpClient(NameFor(client), static http => http.MaxResponseContentBufferSize = AccessTokenReading.MaxBytes)
            .AddHttpMessageHandler(static () => new AccessTokenReading())
            .ConfigurePrimaryHttpMessageHandler(static () => Primary());

    public HttpClient CreateClient() => _clients?.CreateClient(NameFor(_client)) ?? new(_chain!, disposeHandler: false)
    {
        MaxResponseContentBufferSize = AccessTokenReading.MaxBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _chain?.Dispose();

    private static string NameFor(string client) => $"Resilience.Http.Token:{client}";

    // No redirects: credentials go to the token endpoint and nowhere else.
    private static SocketsHttpHandler Primary() => new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) };

    private sealed record Registered(string Client);
}
