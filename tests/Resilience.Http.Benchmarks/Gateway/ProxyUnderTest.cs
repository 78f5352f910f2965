using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Resilience.Http.Benchmarks.Gateway;

/// <summary>A YARP in a process of its own, with the policies or without.</summary>
internal static class ProxyUnderTest
{
    public const string Resilient = "resilient";

    /// <summary>Prints the address it listens on and serves until its standard input ends.</summary>
    public static async Task<int> ServeAsync(string kind, string upstream)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var proxy = builder.Services.AddReverseProxy().LoadFromMemory(
            [new() { RouteId = "all", ClusterId = "all", Match = new() { Path = "{**all}" } }],
            [new() { ClusterId = "all", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = upstream }, ["two"] = new() { Address = upstream } } }]);
        if (kind is Resilient)
            proxy.AddResilience();
        var app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            app.MapReverseProxy();
            await app.StartAsync();
            Console.WriteLine(app.Urls.First());
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }
}
