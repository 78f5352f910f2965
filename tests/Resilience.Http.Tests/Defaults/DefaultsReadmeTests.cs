using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Tests;

/// <summary>What the README of the defaults shows does what it says.</summary>
public sealed class DefaultsReadmeTests
{
    [Fact]
    public void Clients_have_what_the_comments_say()
    {
        using var host = new DefaultsHost(DefaultsReadmeCode.Opening);

        host.ChainOf("catalog").Should().StartWith("catalog: TotalTimeout (30 s) → Retry (3 times");
        host.ChainOf("payments").Should().Be("payments: Retry (5 times, 0.25 to 20 s, Full jitter)");
        host.Client("metrics").Timeout.Should().Be(TimeSpan.FromSeconds(100));
    }

    [Fact]
    public void Code_wins_over_the_section()
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(new Readme("src/Resilience.Http/Defaults/README.md").Blocks("json").Single()));
        using var host = new DefaultsHost(services => DefaultsReadmeCode.Configured(services, new ConfigurationBuilder().AddJsonStream(json).Build()));

        host.ChainOf("catalog").Should().StartWith("catalog: TotalTimeout (30 s) → ProblemDetails (Throw) → Retry (2 times").And.EndWith("AttemptTimeout (5 s)");
    }

    [Fact]
    public async Task A_host_with_service_defaults_calls_what_it_discovers()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("services:catalog:http:0", (string?)"http://upstream.test:8080")]);
        DefaultsReadmeCode.ServiceDefaults(builder);
        using var upstream = new ScriptedUpstream((request, _) => new(request.RequestUri!.Port == 8080 ? HttpStatusCode.OK : HttpStatusCode.BadGateway));
        builder.Services.AddHttpClient("catalog", http => http.BaseAddress = new("http://catalog/")).ConfigurePrimaryHttpMessageHandler(() => upstream);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var status = await DefaultsHost.GetAsync(host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("catalog"));

        status.Should().Be(200);
        host.Services.GetRequiredService<ResilienceRegistry>()["catalog"].ToString().Should().Contain("→ Retry (3 times, 0.25 to 20 s, Full jitter) → ServiceDiscovery (ResolvingHttpDelegatingHandler) → CircuitBreaker");
    }
}
