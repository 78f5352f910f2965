using Microsoft.Extensions.DependencyInjection;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.Tests;

/// <summary>A client with a token bucket, on a clock under control, and its upstream, which answers 200 unless told otherwise.</summary>
internal sealed class PacedClient : IDisposable
{
    private readonly ServiceProvider _services;

    public PacedClient(Action<TokenBucketOptions> configure)
        : this(client => client.AddTokenBucket(configure), static _ => { })
    {
    }

    private PacedClient(Action<IResilientHttpClientBuilder> addPolicies, Action<IServiceCollection> configure, bool autoAdvance = false)
    {
        Clock = new() { AutoAdvance = autoAdvance, LongestAutoAdvance = TimeSpan.FromSeconds(9) };
        Upstream.Given(Request.Create()).RespondWith(Response.Create());
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        configure(services);
        addPolicies(services.AddResilientHttpClient("paced", client => client.BaseAddress = new(Upstream.Url!)));
        _services = services.BuildServiceProvider();
        Http = _services.GetRequiredService<IHttpClientFactory>().CreateClient("paced");
    }

    public ControlledClock Clock { get; }

    public WireMockServer Upstream { get; } = WireMockServer.Start();

    public HttpClient Http { get; }

    public int Sent => Upstream.LogEntries.Count;

    public IServiceProvider Services => _services;

    public ResilientClientInfo Inside => _services.GetRequiredService<ResilienceRegistry>()["paced"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static PacedClient With(Action<IResilientHttpClientBuilder> addPolicies, Action<IServiceCollection>? configure = null)
        => new(addPolicies, configure ?? (static _ => { }));

    /// <summary>A client for which no wait takes time.</summary>
    public static PacedClient InNoTime(Action<IResilientHttpClientBuilder> addPolicies) => new(addPolicies, static _ => { }, autoAdvance: true);

    public void Answer(int status, string? retryAfter = null)
    {
        var response = Response.Create().WithStatusCode(status);
        Upstream.Given(Request.Create()).RespondWith(retryAfter is null ? response : response.WithHeader("Retry-After", retryAfter));
    }

    /// <summary>The status, once there is one.</summary>
    public async Task<int> GetAsync(Action<HttpRequestMessage>? configure = null, CancellationToken? gone = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        configure?.Invoke(request);
        using var response = await Http.SendAsync(request, gone ?? Cancelled);
        return (int)response.StatusCode;
    }

    /// <summary>Lets the time pass until the next waiter's turn.</summary>
    public async Task<TimeSpan> PassAsync()
    {
        var wait = await Clock.WaitForTimerAsync(Cancelled);
        Clock.Advance(wait);
        return wait;
    }

    public void Dispose()
    {
        _services.Dispose();
        Upstream.Dispose();
    }
}
