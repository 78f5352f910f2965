using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A registered client with tokens, its token endpoint, and a resource that accepts what it is told to.</summary>
internal sealed class TokenBench : IDisposable
{
    private readonly TestHost _host;
    private readonly ConcurrentQueue<string> _sent = new();

    public TokenBench(Action<ClientCredentialsOptions>? configure = null, Action<IResilientHttpClientBuilder>? outside = null, ControlledClock? clock = null)
    {
        Resource = new StubHandler(async (request, cancelled) =>
        {
            _sent.Enqueue($"{request.Headers.Authorization}");
            await Hold(request).WaitAsync(cancelled);
            return Answer(request);
        });
        _host = new(client => Register(client, outside, configure), "https://upstream.test/", Resource, clock ?? new ControlledClock());
    }

    public TokenIssuer Issuer { get; } = new();

    public StubHandler Resource { get; }

    /// <summary>The Authorization of each request to the resource.</summary>
    public IReadOnlyCollection<string> Sent => _sent;

    public ControlledClock Clock => _host.Clock;

    public HttpClient Http => _host.Client;

    public HttpMessageInvoker Invoker => _host.Invoker;

    public ResilientClientInfo Inside => _host.Inside;

    public IReadOnlyList<string> Log => _host.Log.Lines;

    /// <summary>Holds an answer back until it completes.</summary>
    public Func<HttpRequestMessage, Task> Hold { get; set; } = _ => Task.CompletedTask;

    public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => new(HttpStatusCode.OK);

    /// <summary>A bench whose client retries, its waits taking no time.</summary>
    public static TokenBench Retrying()
        => new(outside: client => client.AddRetry(), clock: new ControlledClock { AutoAdvance = true, LongestAutoAdvance = TimeSpan.FromSeconds(4) });

    public static HttpResponseMessage Unauthorized(string? challenge = "Bearer error=\"invalid_token\"")
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        if (challenge is not null)
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
        return response;
    }

    public void Accept(string token) => Answer = request => request.Headers.Authorization?.Parameter == token ? new(HttpStatusCode.OK) : Unauthorized();

    public async Task<int> GetAsync(string path = "/", CancellationToken? cancellationToken = null)
    {
        using var response = await Http.GetAsync(path, cancellationToken ?? TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public Task<int[]> GetAtOnceAsync(int calls)
        => Task.WhenAll(Enumerable.Range(0, calls).Select(_ => Task.Run(() => GetAsync(), TestContext.Current.CancellationToken)));

    /// <summary>The token requests and resource requests that something makes.</summary>
    public async Task<(int TokenRequests, int ResourceRequests)> CountAsync(Func<Task> action)
    {
        var (tokens, requests) = (Issuer.Requests, Resource.Requests);
        await action();
        return (Issuer.Requests - tokens, Resource.Requests - requests);
    }

    public void Dispose() => _host.Dispose();

    private void Register(IResilientHttpClientBuilder client, Action<IResilientHttpClientBuilder>? outside, Action<ClientCredentialsOptions>? configure)
    {
        outside?.Invoke(client);
        client.AddClientCredentials(options =>
        {
            (options.TokenEndpoint, options.ClientId, options.ClientSecret) = (new("https://login.test/token"), "id", "hush");
            configure?.Invoke(options);
        });
        client.Services.AddMetrics();
        client.Services.AddHttpClient("Resilience.Http.Token:test").ConfigurePrimaryHttpMessageHandler(() => Issuer.Handler);
    }
}
