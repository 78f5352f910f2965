using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Sdk.Tests;

/// <summary>A client, made resilient, over a scripted upstream, on virtual time.</summary>
internal sealed class SdkHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ServiceProvider _services;
    private readonly string _name;

    public SdkHost(VirtualClock clock, Func<IServiceCollection, IHttpClientBuilder> register, Action<UpstreamScript> script, Action<StandardPoliciesOptions>? configure, Action<IResilientHttpClientBuilder>? more)
    {
        var services = new ServiceCollection();
        services.AddVirtualClock(clock);
        services.AddSeededRandom(1);
        var registered = register(services);
        _name = registered.Name;
        // SDKs follow redirects by themselves, if at all.
        var client = registered.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false }).AddResilience().AddStandardPolicies(standard =>
        {
            StandardPolicies.LongRunning(standard);
            configure?.Invoke(standard);
        });
        more?.Invoke(client);
        Upstream = services.AddScriptedUpstream(_name, script);
        _services = services.BuildServiceProvider();
    }

    public ScriptedUpstream Upstream { get; }

    public IServiceProvider Services => _services;

    public HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient(_name);

    public HttpMessageHandler Handler => _services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(_name);

    /// <summary>That of the only server called so far.</summary>
    public Circuit Circuit => _services.GetRequiredService<ResilienceRegistry>()[_name].Circuits.Single();

    /// <summary>The token that calls are made with.</summary>
    public CancellationToken Cancelled => _caller.Token;

    public Task CancelAsync() => _caller.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _caller.Dispose();
    }

    public static void AddAccessTokens(IResilientHttpClientBuilder client)
    {
        client.AddClientCredentials(credentials =>
        {
            credentials.TokenEndpoint = new("https://tokens.test/token");
            (credentials.ClientId, credentials.ClientSecret) = ("me", "secret");
        });
        client.Services.AddScriptedUpstream($"Resilience.Http.Token:{client.Name}", tokens => tokens.Answer(TokenNumber(1)).Then(TokenNumber(2)));
    }

    private static Reply TokenNumber(int number)
        => Reply.Ok($$"""{"access_token":"token-{{number}}","token_type":"Bearer","expires_in":3600}""").WithHeader("Content-Type", "application/json");
}
