using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WireMock.Server;
using Yarp.ReverseProxy.Configuration;

namespace TenantGateway.Tests;

/// <summary>A gateway on a real socket, before an upstream of WireMock, with a file of tenants.</summary>
public sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayUnderTest(WebApplication app, WireMockServer upstream, string folder) => (_app, Upstream, Folder, Client) = (app, upstream, folder, new());

    public WireMockServer Upstream { get; }

    public HttpClient Client { get; }

    public string Folder { get; }

    public Uri Address => new(_app.Urls.First());

    public Uri ManagementAddress => new(_app.Services.GetRequiredService<Management>().Address);

    internal IServiceProvider Services => _app.Services;

    internal OpenRequests Open => _app.Services.GetRequiredService<OpenRequests>();

    internal TenantConfiguration Configuration => _app.Services.GetRequiredService<TenantConfiguration>();

    internal TenantFileEditor Tenants => new(Path.Combine(Folder, "tenants.json"));

    internal static async Task<GatewayUnderTest> StartAsync(
        Action<JsonNode>? configure = null,
        IQuotaStore? store = null,
        WireMockServer? upstream = null,
        string? folder = null,
        Action<JsonNode>? configureProxy = null,
        Action<IServiceCollection>? services = null)
    {
        upstream ??= WireMockServer.Start();
        folder ??= Directory.CreateTempSubdirectory("gateway-").FullName;
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "gateway.json"), Cancelled))!;
        settings["Logging"]!["LogLevel"] = new JsonObject { ["Default"] = "None" };
        settings["Gateway"]!["ManagementPort"] = 0;
        // Nothing is sent twice because a machine is busy.
        settings["Resilience"] = JsonNode.Parse("""{ "*": { "TotalTimeout": { "Timeout": "00:10:00" }, "AttemptTimeout": { "Timeout": "00:09:00" } } }""");
        foreach (var (_, cluster) in settings["ReverseProxy"]!["Clusters"]!.AsObject())
            (cluster!["Metadata"], cluster["Destinations"]) = (null, new JsonObject { ["a"] = JsonSerializer.SerializeToNode(new DestinationConfig { Address = upstream.Url! }) });
        settings["ReverseProxy"]!["Routes"]!["orders"]!["Metadata"] = new JsonObject { ["Gateway.PassedHeaders"] = "X-Trace, x-page" };
        configure?.Invoke(settings["Gateway"]!);
        configureProxy?.Invoke(settings["ReverseProxy"]!);
        var file = Path.Combine(folder, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, settings.ToJsonString(), Cancelled);
        var app = GatewayHost.Build("http://127.0.0.1:0", file, [], collection =>
        {
            if (store is not null)
                collection.AddSingleton(new QuotaLevels(store, TimeProvider.System));
            services?.Invoke(collection);
        });
        await app.StartAsync(Cancelled);
        return new(app, upstream, folder);
    }

    public HttpRequestMessage Request(string key, string path = "/catalog/1", HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(Address, path));
        request.Headers.Add("X-Api-Key", key);
        return request;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => Client.SendAsync(request, Cancelled);

    public Task<string> MetricsAsync() => Client.GetStringAsync(new Uri(ManagementAddress, "/metrics"), Cancelled);

    public Task<HttpResponseMessage> GetAsync(string key) => SendAsync(Request(key));

    /// <summary>Adds a tenant, and waits until the gateway knows it.</summary>
    public async Task<string> AddAsync(string tenant, string plan)
    {
        var key = Tenants.AddKey(tenant, plan);
        await KnowsAsync(key);
        return key;
    }

    public Task KnowsAsync(string key) => Wait.UntilAsync(() => Configuration.Current?.FindByKey(key) is not null);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Upstream.Dispose();
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;
}
