using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests;

/// <summary>A client of the service "basket", whose endpoints are sick.test, which answers 503, and well.test.</summary>
internal sealed class DiscoveredService : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConcurrentQueue<Uri> _requests = new();
    private readonly ConcurrentQueue<string> _tokens = new();

    public DiscoveredService(Action<IResilientHttpClientBuilder> policies, bool ofDefaults = false, string address = "http://basket", string scheme = "http")
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new VirtualClock { LongestJump = TimeSpan.FromSeconds(4) });
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"Services:basket:{scheme}:0"] = $"{scheme}://sick.test",
            [$"Services:basket:{scheme}:1"] = $"{scheme}://well.test",
        }).Build());
        services.AddServiceDiscovery();
        if (ofDefaults)
            services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        var client = services.AddResilientHttpClient("basket", http => http.BaseAddress = new(address));
        client.ConfigurePrimaryHttpMessageHandler(() => new ScriptedUpstream((request, _) => Answer(request)));
        policies(client);
        _services = services.BuildServiceProvider();
    }

    /// <summary>Where requests have arrived.</summary>
    public IReadOnlyCollection<Uri> Requests => _requests;

    /// <summary>The Authorization of each.</summary>
    public IReadOnlyCollection<string> Authorizations => _tokens;

    public Func<Uri, int> Status { get; set; } = address => address.Host is "sick.test" ? 503 : 200;

    public ResilientClientInfo Inside => _services.GetRequiredService<ResilienceRegistry>()["basket"];

    public async Task<int> GetAsync(Action<HttpRequestMessage>? configure = null)
    {
        using var http = _services.GetRequiredService<IHttpClientFactory>().CreateClient("basket");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/items");
        configure?.Invoke(request);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public void Dispose() => _services.Dispose();

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        _requests.Enqueue(request.RequestUri!);
        _tokens.Enqueue($"{request.Headers.Authorization}");
        return new((HttpStatusCode)Status(request.RequestUri!));
    }
}
