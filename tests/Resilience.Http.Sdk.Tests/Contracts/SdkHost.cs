using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Sdk.Tests;

/// <summary>A resilient client named <c>sdk</c> over a scripted upstream, on virtual time.</summary>
internal sealed class SdkHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ServiceProvider _services;

    public SdkHost(VirtualClock clock, Action<UpstreamScript> script, Action<StandardPoliciesOptions>? configure, Action<IResilientHttpClientBuilder>? more)
    {
        var services = new ServiceCollection();
        services.AddVirtualClock(clock);
        services.AddSeededRandom(1);
        // SDKs follow redirects by themselves, if at all.
        var client = services.AddResilientHttpClient("sdk", http => http.BaseAddress = new("https://sdk.test")).AddStandardPolicies(standard =>
        {
            StandardPolicies.LongRunning(standard);
            configure?.Invoke(standard);
        });
        client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        more?.Invoke(client);
        Upstream = services.AddScriptedUpstream("sdk", script);
        _services = services.BuildServiceProvider();
    }

    public ScriptedUpstream Upstream { get; }

    public HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient("sdk");

    public HttpMessageHandler Handler => _services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("sdk");

    /// <summary>That of the only server called so far.</summary>
    public Circuit Circuit => _services.GetRequiredService<ResilienceRegistry>()["sdk"].Circuits.Single();

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
        client.Services.AddScriptedUpstream("Resilience.Http.Token:sdk", tokens => tokens.Answer(TokenNumber(1)).Then(TokenNumber(2)));
    }

    private static Reply TokenNumber(int number)
        => Reply.Ok($$"""{"access_token":"token-{{number}}","token_type":"Bearer","expires_in":3600}""").WithHeader("Content-Type", "application/json");
}
