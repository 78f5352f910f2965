using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A token endpoint, and a resource that accepts what it is told to.</summary>
internal sealed class TokenServers
{
    private readonly ConcurrentQueue<string> _sent = new();

    public TokenServers() => Resource = new ScriptedUpstream(async (request, cancelled) =>
    {
        _sent.Enqueue($"{request.Headers.Authorization}");
        await Hold(request).WaitAsync(cancelled);
        return Answer(request);
    });

    public TokenIssuer Issuer { get; } = new();

    public ScriptedUpstream Resource { get; }

    /// <summary>The Authorization of each request to the resource.</summary>
    public IReadOnlyCollection<string> Sent => _sent;

    /// <summary>Holds an answer back until it completes.</summary>
    public Func<HttpRequestMessage, Task> Hold { get; set; } = _ => Task.CompletedTask;

    public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => new(HttpStatusCode.OK);

    public static HttpResponseMessage Unauthorized(string? challenge = "Bearer error=\"invalid_token\"")
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        if (challenge is not null)
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
        return response;
    }

    public void Accept(string token) => Answer = request => request.Headers.Authorization?.Parameter == token ? new(HttpStatusCode.OK) : Unauthorized();

    /// <summary>A client of both.</summary>
    public TestHost Host(Action<ClientCredentialsOptions>? configure = null, Action<IResilientHttpClientBuilder>? outside = null, VirtualClock? clock = null, Func<DelegatingHandler>? inside = null) => new(
        client =>
        {
            outside?.Invoke(client);
            client.AddClientCredentials(options =>
            {
                (options.TokenEndpoint, options.ClientId, options.ClientSecret) = (new("https://login.test/token"), "id", "hush");
                configure?.Invoke(options);
            });
            if (inside is not null)
                client.AddHttpMessageHandler(inside);
            client.Services.AddHttpClient("Resilience.Http.Token:test").ConfigurePrimaryHttpMessageHandler(() => Issuer.Handler);
        },
        new("https://upstream.test/"),
        Resource,
        clock);

    /// <summary>The token requests and resource requests that something makes.</summary>
    public async Task<(int TokenRequests, int ResourceRequests)> CountAsync(Func<Task> action)
    {
        var (tokens, requests) = (Issuer.Requests, Resource.Attempts.Count);
        await action();
        return (Issuer.Requests - tokens, Resource.Attempts.Count - requests);
    }
}
