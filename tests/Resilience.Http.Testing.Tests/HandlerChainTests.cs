using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Tests;

public sealed class HandlerChainTests
{
    [Fact]
    public async Task Prints_every_handler_with_its_settings()
    {
        await using var hosted = new Hosted(
            services => services.AddScriptedUpstream("payments", new ScriptedUpstream(200)),
            client => client.AddTotalTimeout(TimeSpan.FromSeconds(20)).AddRetry().AddHttpMessageHandler(() => new SigningHandler()).AddAttemptTimeout().Configure(http => http.RemoveAllLoggers()).AddChaos());

        hosted.Services.GetHandlerChain("payments").ToString().Should().Be(
            "payments\n  TotalTimeout (20 s)\n  Retry (3 times, 0.25 to 20 s, Full jitter)\n  SigningHandler\n  AttemptTimeout (10 s)\n  ChaosHandler\n  ScriptedUpstream");
    }

    [Fact]
    public void Prints_clients_without_policies()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("plain").RemoveAllLoggers();
        using var provider = services.BuildServiceProvider();

        provider.GetHandlerChain("plain").Handlers.Should().Equal("SocketsHttpHandler");
    }

    private sealed class SigningHandler : DelegatingHandler;
}
