using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Resilience.Http.Yarp.Tests;

/// <summary>A real YARP with the package, in front of one cluster, <c>c</c>, of destinations <c>d0</c>, <c>d1</c> …</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Gateway(WebApplication app)
    {
        _app = app;
        Address = Backend.AddressOf(app);
        Client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(Address) };
    }

    public string Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public ResilientClientInfo Cluster => Services.GetRequiredService<ResilienceRegistry>()["yarp:c"];

    public ClusterState State => Services.GetRequiredService<IProxyStateLookup>().TryGetCluster("c", out var cluster) ? cluster : throw new InvalidOperationException("There is no cluster.");

    /// <summary>The health that YARP's passive check has of a destination.</summary>
    public DestinationHealth HealthOf(string destination) => State.Destinations[destination].Health.Passive;

    /// <summary>YARP takes a destination out a little later than it calls it unhealthy.</summary>
    public bool HasAvailable(int destinations) => SpinWait.SpinUntil(() => State.DestinationsState.AvailableDestinations.Count == destinations, TimeSpan.FromSeconds(20));

    /// <summary>Whether no call is under way any more, some time before the longest wait of a test is over.</summary>
    public bool HasNoCalls() => SpinWait.SpinUntil(() => State.Destinations.Values.All(destination => destination.ConcurrentRequestCount == 0), TimeSpan.FromSeconds(15));

    public static Task<Gateway> StartAsync(params Backend[] backends) => StartAsync(new GatewaySettings(), backends);

    public static Task<Gateway> StartAsync(GatewaySettings settings, params Backend[] backends)
        => AtAsync(settings, [.. backends.Select(backend => backend.Address)]);

    public static async Task<Gateway> AtAsync(GatewaySettings settings, params string[] addresses)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = settings.Protocols);
            (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MaxRequestHeadersTotalSize) = (null, 256 * 1024);
        }).UseUrls("http://127.0.0.1:0");
        var proxy = builder.Services.AddReverseProxy().LoadFromMemory([settings.Route], [settings.ClusterOf(addresses)]);
        settings.Before(proxy);
        if (settings.Section is { } section)
            proxy.AddResilience(section, settings.Configure);
        else
            proxy.AddResilience(settings.Configure);
        settings.After(proxy);

        var app = builder.Build();
        app.UseWebSockets();
        app.MapReverseProxy();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Gives the cluster other settings while it runs.</summary>
    public void Change(GatewaySettings settings, params Backend[] backends)
        => Services.GetRequiredService<InMemoryConfigProvider>().Update([settings.Route], [settings.ClusterOf([.. backends.Select(backend => backend.Address)])]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
