using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>Verbs of others do not leave the builder of a resilient client.</summary>
public sealed class BuilderTests
{
    [Fact]
    public async Task A_handler_stands_where_it_was_added()
    {
        var seen = new List<string>();
        using var host = new TestHost(
            client => client
                .AddHttpMessageHandler(() => new Sees("outer", seen))
                .AddRetry(retry => retry.MaxRetries = 1)
                .AddHttpMessageHandler(_ => new Sees("inner", seen))
                .AddAttemptTimeout(),
            primary: new ScriptedUpstream(503));

        await host.GetAsync();

        seen.Should().Equal("outer", "inner", "inner");
    }

    [Fact]
    public async Task A_handler_comes_from_the_container()
    {
        var seen = new List<string>();
        using var host = new TestHost(
            client =>
            {
                client.Services.AddTransient(_ => new Sees("resolved", seen));
                client.AddRetry().AddHttpMessageHandler<Sees>().AddAttemptTimeout();
            },
            primary: new ScriptedUpstream(200));

        await host.GetAsync();

        seen.Should().Equal("resolved");
    }

    [Fact]
    public void Any_verb_can_be_run_between_policies()
    {
        var services = new ServiceCollection();

        services.AddResilientHttpClient("api").AddRetry().Configure(client => client.AddTypedClient<TypedClient>()).AddAttemptTimeout();

        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<TypedClient>().Http.Should().NotBeNull();
        provider.GetRequiredService<ResilienceRegistry>()["api"].Policies.Select(policy => policy.Name).Should().Equal("Retry", "AttemptTimeout");
    }

    private sealed class Sees(string name, List<string> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(name);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>Made by the container.</summary>
public sealed class TypedClient(HttpClient http)
{
    public HttpClient Http { get; } = http;
}
